-- Files are applied in order of their names: this one reads report.blocking_pair, report.certificate
-- and report.row_usage.

create or replace view report.certificate_violation as
  select c.round_id, fault.what, fault.detail
  from report.certificate c
  cross join lateral (values
    ('objective', c.objective <> c.recomputed_objective,
      format('所存总分 %s，重算得 %s', c.objective, c.recomputed_objective)),
    ('bound', c.bound <> c.recomputed_bound,
      format('所存上界 %s，重算得 %s', c.bound, c.recomputed_bound)),
    ('bound_below_objective', c.recomputed_bound < c.recomputed_objective,
      format('重算上界 %s 低于重算总分 %s', c.recomputed_bound, c.recomputed_objective))
  ) fault (what, holds, detail)
  where fault.holds
  union all
  select r.round_id, 'status', format('状态为 %s，差距却为 %s', r.status, r.bound - r.objective)
  from allocation.round r
  where r.status <> 'stable' and (r.status = 'optimal') <> (r.bound = r.objective)
  union all
  select q.round_id, 'lottery', format('诉求 %s 的摇号数为 %s，按种子应为 %s', q.request, q.lottery,
    drawn.number)
  from allocation.round_request q join allocation.round r using (round_id)
  cross join lateral (
    select encode(substr(sha256(convert_to(r.seed || q.request, 'UTF8')), 1, 8), 'hex')
      as number) drawn
  where q.lottery <> drawn.number
  union all
  select u.round_id, 'over_capacity', format('约束行 %s 占用 %s，上限 %s', u.row, u.used, u.upper)
  from report.row_usage u where u.used > u.upper
  union all
  select k.round_id, 'price_range',
    format('约束行 %s 的影子价格 %s 低于 −%s × %s', k.row, k.price, k.penalty, r.scale)
  from allocation.round_row k join allocation.round r using (round_id)
  where k.price::numeric < -k.penalty::numeric * r.scale or (k.lower = 0 and k.price < 0)
    or (k.price is null and r.certificate = 'price')
  union all
  select k.round_id, 'kept_row', format('保留的约束行 %s 有下限 %s', k.row, k.lower)
  from allocation.round_row k join allocation.round r using (round_id)
  where r.certificate = 'knapsack' and k.price is null and k.lower <> 0
  union all
  select o.round_id, 'kept_row',
    format('可选项 (%s, %s) 占用 %s 个保留的约束行', o.request_no, o.option_no, o.kept)
  from (
    select o.round_id, o.request_no, o.option_no, o.score * r.scale::numeric - q.price
        - coalesce(sum(k.price::numeric * u.amount), 0) as reduced,
      count(*) filter (where k.price is null) as kept
    from allocation.round r
    join allocation.round_option o using (round_id)
    join allocation.round_request q using (round_id, request_no)
    join allocation.round_use u using (round_id, request_no, option_no)
    cross join lateral (
      select k.price from allocation.round_row k
      where (k.round_id, k.row_no) = (u.round_id, u.row_no) limit 1) k
    where r.certificate = 'knapsack'
    group by o.round_id, o.request_no, o.option_no, r.scale, q.price) o
  where o.kept > 1 and o.reduced > 0
  union all
  select q.round_id, 'request_price', format('诉求 %s 的价格为 %s', q.request, q.price)
  from allocation.round_request q join allocation.round r using (round_id)
  where (r.certificate = 'knapsack') <> (q.price is not null) or q.price < 0
  union all
  select q.round_id, 'unknown_choice', format('诉求 %s 所选的可选项 %s 不存在', q.request, q.chosen)
  from allocation.round_request q
  where q.chosen is not null and not exists (
    select from allocation.round_option o
    where (o.round_id, o.request_no, o.option_no) = (q.round_id, q.request_no, q.chosen))
  union all
  select u.round_id, 'unknown_use',
    format('占用 (%s, %s, %s) 没有对应的可选项或约束行', u.request_no, u.option_no, u.row_no)
  from allocation.round_use u
  where not exists (
      select from allocation.round_option o
      where (o.round_id, o.request_no, o.option_no) = (u.round_id, u.request_no, u.option_no))
    or not exists (
      select from allocation.round_row k where (k.round_id, k.row_no) = (u.round_id, u.row_no))
  union all
  select r.round_id, 'counts',
    format('所记诉求、可选项、所选数为 %s、%s、%s，实为 %s、%s、%s', r.requests, r.options, r.assigned,
      n.requests, n.options, n.assigned)
  from allocation.round r
  cross join lateral (
    select
      (select count(*) from allocation.round_request q where q.round_id = r.round_id) as requests,
      (select count(*) from allocation.round_option o where o.round_id = r.round_id) as options,
      (select count(q.chosen) from allocation.round_request q where q.round_id = r.round_id)
        as assigned) n
  where (r.requests, r.options, r.assigned) is distinct from (n.requests, n.options, n.assigned)
  union all
  select r.round_id, 'content_digest', '所存各行与入库时的摘要不符'
  from allocation.round r where r.content_digest <> allocation.content_digest(r.round_id)
  union all
  select r.round_id, 'unserved',
    format('未被选中 %s，说明 %s 条', r.requests - r.assigned, n.explained)
  from allocation.round r
  cross join lateral (
    select count(*) as explained,
      count(*) filter (where q.chosen is not null) as explained_but_served
    from allocation.round_unserved u
    join allocation.round_request q using (round_id, request_no)
    where u.round_id = r.round_id) n
  where n.explained <> r.requests - r.assigned or n.explained_but_served > 0
  union all
  select q.round_id, 'offer',
    format('诉求 %s 所选 %s（%s 分）没有相符的拟配置', q.request, o.resource, o.score)
  from allocation.round_request q
  join allocation.round r on r.round_id = q.round_id and r.kind = 'nightly'
  join allocation.round_option o
    on (o.round_id, o.request_no, o.option_no) = (q.round_id, q.request_no, q.chosen)
  where not exists (
    select from allocation.offer f
    where (f.round_id, f.request) = (q.round_id, q.request)
      and (f.mechanism, f.jurisdiction) = (r.mechanism, r.jurisdiction)
      and (f.uscc, f.resource, f.detail, f.amount, f.unit, f.score)
        = (coalesce(o.detail ->> 'uscc', q.uscc), o.resource, o.detail, o.amount, o.unit, o.score))
  union all
  select f.round_id, 'offer', format('拟配置 %s（诉求 %s）不是本轮所选', f.offer_id, f.request)
  from allocation.offer f
  -- A consultation's own offers are of no round.
  where f.round_id is not null and not exists (
    select from allocation.round_request q
    where (q.round_id, q.request) = (f.round_id, f.request) and q.chosen is not null)
  union all
  -- What an offer holds on the ledger is what the chosen option uses of the rows that lots stand for.
  select r.round_id, 'offer_use',
    format('拟配置 %s 占用%s %s 的 %s，按所选应为 %s', n.offer_id,
      case n.kind when 'parcel' then '地块' when 'construction_land' then '新增建设用地指标'
        when 'farmland_balance' then '占补平衡指标' when 'energy' then '能耗指标'
        when 'credit_line' then '信贷额度' else n.kind end,
      n.resource, trim_scale(n.held), trim_scale(n.due))
  from allocation.round r
  cross join lateral (
    select part.offer_id, part.kind, part.resource, coalesce(sum(part.held), 0) as held,
      coalesce(sum(part.due), 0) as due
    from (
      select f.offer_id, k.kind, k.resource, null::numeric as held,
        u.amount * case k.unit when '0.0001 mu' then 0.0001 else 1 end as due
      from allocation.offer f
      join allocation.round_request q on (q.round_id, q.request) = (f.round_id, f.request)
      join allocation.round_use u
        on (u.round_id, u.request_no, u.option_no) = (q.round_id, q.request_no, q.chosen)
      join allocation.round_row k on (k.round_id, k.row_no) = (u.round_id, u.row_no)
      where f.round_id = r.round_id
        and k.kind in (select l.kind from allocation.lot l where l.mechanism = r.mechanism)
      union all
      select f.offer_id, l.kind, l.resource, h.amount, null
      from allocation.offer f
      join allocation.offer_use h using (offer_id)
      join allocation.lot l using (lot)
      where f.round_id = r.round_id) part
    group by part.offer_id, part.kind, part.resource) n
  where r.kind = 'nightly' and n.held <> n.due
    -- A bank that approved less, or whose share fell away, holds less than was offered.
    and (n.held > n.due or not exists (
      select from finance.match m join finance.match_state s using (state)
      where m.offer_id = n.offer_id and n.kind = 'credit_line' and m.bank = n.resource
        and (m.approved_wan < m.amount_wan or s.offer_state not in ('offered', 'accepted'))))
  union all
  select b.round_id, 'blocking_pair', format('诉求 %s 与 %s 宁愿彼此配对', b.request, b.expert)
  from report.blocking_pair b join allocation.round r using (round_id)
  where r.status = 'stable'
  union all
  select r.round_id, 'matching',
    format('所选与所存 %s 的结果不同', case r.status when 'stable' then '稳定匹配' else '总分最高' end)
  from allocation.round r
  where (r.status = 'stable' or exists (
      select from allocation.round_matching m where m.round_id = r.round_id))
    and (
      select array_agg(coalesce(q.chosen, -1) order by q.request_no)
      from allocation.round_request q where q.round_id = r.round_id) is distinct from (
      select nullif(m.choices, '{}') from allocation.round_matching m
      where m.round_id = r.round_id
        and m.matching = case r.status when 'stable' then 'request_optimal' else 'optimal' end)
  union all
  select k.round_id, 'unknown_rank',
    format('志愿 (%s, %s) 没有对应的可选项', k.request_no, k.option_no)
  from allocation.round_rank k
  where not exists (
    select from allocation.round_option o
    where (o.round_id, o.request_no, o.option_no) = (k.round_id, k.request_no, k.option_no));
comment on view report.certificate_violation is '证明与所存不符之处；正常时无行';
comment on column report.certificate_violation.round_id is '轮次编号';
comment on column report.certificate_violation.what is '何处不符';
comment on column report.certificate_violation.detail is '详情';
