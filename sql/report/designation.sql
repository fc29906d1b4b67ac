-- The certificate of a designation, recomputed from what it stored and from nothing else. For any
-- prices λ (a unit of a bank's line), μ (a place at a bank), ν (a chain's right to a bank's line),
-- all ≥ 0 and over the scale S:
--
--   bound = ⌊(Σ_bank (λ·capacity + μ·max_chains)
--     + Σ_chain max over pairs {b, b'} of its worth) / S⌋, where a pair's worth is the sum over its
--     two of (S·score − μ + ν·capacity), and over the chain's requests of
--     max(0, the better of S·score − (λ + ν)·amount)

create or replace view report.designation_pair as
  -- Sums of parts instead of joins of sums: a designation just stored has no statistics yet, and a
  -- planner without them joins row by row.
  with own as (
    select s.designation_id, s.chain, s.bank,
      s.score * d.scale::numeric - b.place_price + s.pair_price::numeric * b.capacity as worth
    from finance.designation_score s
    join finance.designation d using (designation_id)
    join finance.designation_bank b using (designation_id, bank)),
  margin as (
    select m.designation_id, m.chain, m.request, s.bank,
      s.score * d.scale::numeric
        - (b.capacity_price::numeric + p.pair_price) * m.amount as margin
    from finance.designation_member m
    join finance.designation d using (designation_id)
    join finance.designation_member_score s using (designation_id, request)
    join finance.designation_bank b using (designation_id, bank)
    join finance.designation_score p using (designation_id, chain, bank)),
  alone as (
    select w.designation_id, w.chain, w.bank, sum(w.worth) as worth
    from (
      select o.designation_id, o.chain, o.bank, o.worth from own o
      union all
      select m.designation_id, m.chain, m.bank, m.margin from margin m where m.margin > 0) w
    group by w.designation_id, w.chain, w.bank),
  -- Of a request that both could serve, only the better counts.
  request as (
    select m.designation_id, m.chain, m.request,
      array_agg(m.bank order by m.bank collate "C") as banks,
      array_agg(m.margin order by m.bank collate "C") as margins
    from margin m where m.margin > 0
    group by m.designation_id, m.chain, m.request)
  select p.designation_id, p.chain, p.first, p.second, sum(p.worth) as worth
  from (
    select a.designation_id, a.chain, a.bank as first, b.bank as second, a.worth + b.worth as worth
    from alone a
    join alone b
      on (b.designation_id, b.chain) = (a.designation_id, a.chain)
        and a.bank collate "C" < b.bank collate "C"
    union all
    select r.designation_id, r.chain, a.bank, b.bank, -least(a.margin, b.margin)
    from request r
    cross join lateral unnest(r.banks, r.margins) with ordinality as a (bank, margin, place)
    cross join lateral unnest(r.banks, r.margins) with ordinality as b (bank, margin, place)
    where a.place < b.place) p
  group by p.designation_id, p.chain, p.first, p.second;
comment on view report.designation_pair is '各链每一对银行按所存价格的价值（定点），据此重算上界';
comment on column report.designation_pair.designation_id is '计算编号';
comment on column report.designation_pair.chain is '产业链编号';
comment on column report.designation_pair.first is '银行联行号（较小者）';
comment on column report.designation_pair.second is '银行联行号（较大者）';
comment on column report.designation_pair.worth is '价值（定点）';

create or replace view report.designation_certificate as
  select d.designation_id, d.jurisdiction, d.term, d.status, d.proof, d.objective,
    (earned.pairs + earned.members)::bigint as recomputed_objective,
    d.bound, floor((prices.fixed + best.worth) / d.scale)::bigint as recomputed_bound,
    d.tightest_bound, d.bound - d.objective as gap,
    round((d.bound - d.objective) / greatest(1, abs(d.objective))::numeric, 9) as relative_gap,
    d.sequential_objective, d.objective - d.sequential_objective as advantage,
    round((d.objective - d.sequential_objective) / greatest(1, d.sequential_objective)::numeric, 9)
      as relative_advantage,
    d.sequential_bound
  from finance.designation d
  cross join lateral (
    select coalesce(sum(b.capacity_price::numeric * b.capacity
      + b.place_price::numeric * b.max_chains), 0) as fixed
    from finance.designation_bank b where b.designation_id = d.designation_id) prices
  cross join lateral (
    select coalesce(sum(w.worth), 0) as worth from (
      select max(p.worth) as worth from report.designation_pair p
      where p.designation_id = d.designation_id group by p.chain) w) best
  cross join lateral (
    select coalesce((
      select sum(s.score) from finance.designation_chain c
      join finance.designation_score s
        on (s.designation_id, s.chain) = (c.designation_id, c.chain)
          and s.bank in (c.lead, c.partner)
      where c.designation_id = d.designation_id), 0) as pairs,
    coalesce((
      select sum(s.score) from finance.designation_member m
      join finance.designation_member_score s
        on (s.designation_id, s.request, s.bank) = (m.designation_id, m.request, m.served_by)
      where m.designation_id = d.designation_id), 0) as members) earned;
comment on view report.designation_certificate is
  '主办行计算的证明：只用所存各行，以 SQL 重算总分与上界；并与逐链依次确定对照';
comment on column report.designation_certificate.designation_id is '计算编号';
comment on column report.designation_certificate.jurisdiction is '辖区（地级市代码）';
comment on column report.designation_certificate.term is '任期（年份）';
comment on column report.designation_certificate.status is
  '状态：optimal 已证最优、within 在给出的差距之内、time_limit 到时停止';
comment on column report.designation_certificate.proof is
  '最紧上界的依据：prices 价格、packing 背包价格、search 穷举';
comment on column report.designation_certificate.objective is '所存总分';
comment on column report.designation_certificate.recomputed_objective is '重算总分';
comment on column report.designation_certificate.bound is '所存上界，由价格证明';
comment on column report.designation_certificate.recomputed_bound is '重算上界';
comment on column report.designation_certificate.tightest_bound is
  '引擎以任何方式得出的最紧上界，不能以 SQL 重算';
comment on column report.designation_certificate.gap is '差距：上界减总分';
comment on column report.designation_certificate.relative_gap is '相对差距';
comment on column report.designation_certificate.sequential_objective is
  '对照：逐链依次取最好两家银行的总分';
comment on column report.designation_certificate.advantage is '比对照多得的分';
comment on column report.designation_certificate.relative_advantage is '比对照多得的比例';
comment on column report.designation_certificate.sequential_bound is '对照方案中需求分配的总分上界';

create or replace view report.designation_runner_up as
  select c.designation_id, d.jurisdiction, d.term, c.chain, t.name as chain_name, c.lead, c.partner,
    c.runner_up_lead, c.runner_up_partner, d.objective - c.runner_up_objective as cost,
    greatest(0, d.objective - c.runner_up_bound) as cost_at_least, c.runner_up_tried as tried
  from finance.designation_chain c
  join finance.designation d using (designation_id)
  join finance.term_chain t using (jurisdiction, term, chain);
comment on view report.designation_runner_up is
  '各链次优的一对银行及其代价：其余各链不变，逐一重新求解可能更好的另一对';
comment on column report.designation_runner_up.designation_id is '计算编号';
comment on column report.designation_runner_up.jurisdiction is '辖区（地级市代码）';
comment on column report.designation_runner_up.term is '任期（年份）';
comment on column report.designation_runner_up.chain is '产业链编号';
comment on column report.designation_runner_up.chain_name is '产业链名称';
comment on column report.designation_runner_up.lead is '主办行';
comment on column report.designation_runner_up.partner is '合作行';
comment on column report.designation_runner_up.runner_up_lead is '次优一对的主办行';
comment on column report.designation_runner_up.runner_up_partner is '次优一对的合作行';
comment on column report.designation_runner_up.cost is '改用次优一对少得的分（重新求解所得）';
comment on column report.designation_runner_up.cost_at_least is
  '改用任何另一对至少少得的分（由价格证明，未能证明时为 0）';
comment on column report.designation_runner_up.tried is '逐一求解过的另一对数';

create or replace view report.designation_violation as
  select c.designation_id, fault.what, fault.detail
  from report.designation_certificate c
  cross join lateral (values
    ('objective', c.objective <> c.recomputed_objective,
      format('所存总分 %s，重算得 %s', c.objective, c.recomputed_objective)),
    ('bound', c.bound <> c.recomputed_bound,
      format('所存上界 %s，重算得 %s', c.bound, c.recomputed_bound))) fault (what, holds, detail)
  where fault.holds
  union all
  select d.designation_id, 'status', format('状态为 optimal，差距却为 %s', d.bound - d.objective)
  from finance.designation d where d.status = 'optimal' and d.bound <> d.objective
  union all
  select d.designation_id, 'proof', '最紧上界的依据为价格，却不等于价格上界'
  from finance.designation d where d.proof = 'prices' and d.bound <> d.tightest_bound
  union all
  select b.designation_id, 'max_chains',
    format('银行 %s 有 %s 条链，上限 %s', b.bank, count(c.chain), b.max_chains)
  from finance.designation_bank b
  join finance.designation_chain c
    on c.designation_id = b.designation_id and b.bank in (c.lead, c.partner)
  group by b.designation_id, b.bank, b.max_chains having count(c.chain) > b.max_chains
  union all
  select b.designation_id, 'capacity',
    format('银行 %s 服务 %s 万元，额度 %s', b.bank, sum(m.amount), b.capacity)
  from finance.designation_bank b
  join finance.designation_member m
    on (m.designation_id, m.served_by) = (b.designation_id, b.bank)
  group by b.designation_id, b.bank, b.capacity having sum(m.amount) > b.capacity
  union all
  select m.designation_id, 'served_by',
    format('需求 %s 由 %s 服务，不是本链两行之一，或不合规则', m.request, m.served_by)
  from finance.designation_member m
  left join finance.designation_chain c using (designation_id, chain)
  where m.served_by is not null and (
    m.served_by not in (c.lead, c.partner) or c.chain is null or not exists (
      select from finance.designation_member_score s
      where (s.designation_id, s.request, s.bank) = (m.designation_id, m.request, m.served_by)));
comment on view report.designation_violation is '主办行计算与其证明不符之处；正常时无行';
comment on column report.designation_violation.designation_id is '计算编号';
comment on column report.designation_violation.what is '何处不符';
comment on column report.designation_violation.detail is '详情';
