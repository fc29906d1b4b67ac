-- What became of the finance mechanism's matches. The service recommends and records; every word
-- about approval is the bank's.

create or replace view report.finance_match as
  select m.offer_id, m.request, m.uscc, e.name as enterprise, e.region as county, e.chain, e.size,
    m.bank, b.name as bank_name, m.product, m.amount_wan, m.approved_wan, m.state,
    s.meaning as state_zh, m.state_on, m.due_on, m.due_is_provisional, m.flagged_on, m.rate_pct,
    m.signed_rate_pct, m.signed_lpr_on, m.signed_lpr_pct, m.signed_basis_points, m.answered_by,
    m.decline_code, c.meaning as decline_zh, m.note, m.renews, m.jurisdiction
  from finance.match m
  join finance.match_state s using (state)
  join registry.enterprises e using (uscc)
  join registry.banks b on b.code = m.bank
  left join allocation.answer_code c on (c.mechanism, c.code) = ('finance', m.decline_code);
comment on view report.finance_match is '对接明细：一项拟配置与一家银行一行；推荐与记录，决定由银行作出';
comment on column report.finance_match.offer_id is '拟配置编号';
comment on column report.finance_match.request is '需求编号';
comment on column report.finance_match.uscc is '统一社会信用代码';
comment on column report.finance_match.enterprise is '企业名称';
comment on column report.finance_match.county is '县市区代码';
comment on column report.finance_match.chain is '产业链编号';
comment on column report.finance_match.size is '企业规模';
comment on column report.finance_match.bank is '银行联行号';
comment on column report.finance_match.bank_name is '银行名称';
comment on column report.finance_match.product is '产品编号';
comment on column report.finance_match.amount_wan is '推荐金额（万元）';
comment on column report.finance_match.approved_wan is '银行审批金额（万元）';
comment on column report.finance_match.state is '状态';
comment on column report.finance_match.state_zh is '状态的含义';
comment on column report.finance_match.state_on is '进入此状态的日期';
comment on column report.finance_match.due_on is '银行应答复的期限';
comment on column report.finance_match.due_is_provisional is '期限为预计（该年节假日通知尚未收录）';
comment on column report.finance_match.flagged_on is '逾期未答复、提示金融办的业务日';
comment on column report.finance_match.rate_pct is '产品利率（%）';
comment on column report.finance_match.signed_rate_pct is '签约利率（%）';
comment on column report.finance_match.signed_lpr_on is '签约时适用的 LPR 的公布日期';
comment on column report.finance_match.signed_lpr_pct is '签约时适用的 LPR（%）';
comment on column report.finance_match.signed_basis_points is '签约利率较 LPR 的加点（基点）';
comment on column report.finance_match.answered_by is '经办人';
comment on column report.finance_match.decline_code is '谢绝的缘由代码';
comment on column report.finance_match.decline_zh is '谢绝的缘由';
comment on column report.finance_match.note is '说明';
comment on column report.finance_match.renews is '续贷所接续的拟配置编号';
comment on column report.finance_match.jurisdiction is '辖区（地级市代码）';

create or replace view report.finance_funnel as
  with reached as (
    select s.offer_id, s.bank, bool_or(s.state = 'acknowledged') as acknowledged,
      bool_or(s.state in ('approved', 'reduced')) as approved, bool_or(s.state = 'drawn') as drawn
    from finance.match_step s group by s.offer_id, s.bank),
  -- One row an offer and bank, and one with no bank for the offer as a whole.
  offered as (
    select m.request, m.offer_id, m.bank, bool_or(r.acknowledged) as acknowledged,
      bool_or(r.approved) as approved, bool_or(r.drawn) as drawn,
      sum(m.amount_wan) as offered_wan,
      sum(m.amount_wan) filter (where r.acknowledged) as acknowledged_wan,
      sum(m.approved_wan) filter (where r.approved) as approved_wan,
      sum(m.approved_wan) filter (where r.drawn) as drawn_wan
    from finance.match m join reached r using (offer_id, bank)
    group by grouping sets ((m.request, m.offer_id, m.bank), (m.request, m.offer_id))),
  -- Who is offered a loan again, or approved again after giving one up, is not counted again.
  part as (
    select o.request, o.bank, true as offered, bool_or(o.acknowledged) as acknowledged,
      bool_or(o.approved) as approved, bool_or(o.drawn) as drawn,
      max(o.offered_wan) as offered_wan, max(o.acknowledged_wan) as acknowledged_wan,
      max(o.approved_wan) as approved_wan, max(o.drawn_wan) as drawn_wan
    from offered o group by o.request, o.bank),
  line as (
    select q.jurisdiction, q.amount_wan, e.region, e.chain, e.size,
      to_char(q.submitted_on, 'YYYY-MM') as month, p.*
    from registry.finance_requests q
    join registry.enterprises e using (uscc)
    left join part p on p.request = q.number),
  told as (
    select l.jurisdiction, d.by, d.value, l.amount_wan, l.offered, l.acknowledged, l.approved,
      l.drawn, l.offered_wan, l.acknowledged_wan, l.approved_wan, l.drawn_wan
    from line l
    cross join lateral (values
      ('all', '-'), ('chain', coalesce(l.chain, '-')), ('county', l.region), ('size', l.size),
      ('month', l.month)) as d (by, value)
    where l.bank is null
    union all
    select l.jurisdiction, 'bank', l.bank, l.amount_wan, l.offered, l.acknowledged, l.approved,
      l.drawn, l.offered_wan, l.acknowledged_wan, l.approved_wan, l.drawn_wan
    from line l where l.bank is not null)
  select t.jurisdiction, t.by, t.value, count(*) as requests, sum(t.amount_wan) as requests_wan,
    count(*) filter (where t.offered) as offered, coalesce(sum(t.offered_wan), 0) as offered_wan,
    count(*) filter (where t.acknowledged) as acknowledged,
    coalesce(sum(t.acknowledged_wan), 0) as acknowledged_wan,
    count(*) filter (where t.approved) as approved,
    coalesce(sum(t.approved_wan), 0) as approved_wan,
    count(*) filter (where t.drawn) as drawn, coalesce(sum(t.drawn_wan), 0) as drawn_wan
  from told t
  group by t.jurisdiction, t.by, t.value;
comment on view report.finance_funnel is
  '融资漏斗：需求、推荐、银行确认、银行同意、放款的笔数与金额；分别按银行、产业链、县市区、规模、提交月份汇总';
comment on column report.finance_funnel.jurisdiction is '辖区（地级市代码）';
comment on column report.finance_funnel.by is
  '汇总口径：all 全部、bank 银行、chain 产业链、county 县市区、size 企业规模、month 提交月份';
comment on column report.finance_funnel.value is '口径的取值；不在产业链者为 -';
comment on column report.finance_funnel.requests is '需求数；按银行汇总时为推荐给该行的需求数';
comment on column report.finance_funnel.requests_wan is '需求金额（万元）';
comment on column report.finance_funnel.offered is '已推荐的需求数';
comment on column report.finance_funnel.offered_wan is '已推荐金额（万元）';
comment on column report.finance_funnel.acknowledged is '银行已确认的需求数';
comment on column report.finance_funnel.acknowledged_wan is '银行已确认金额（万元）';
comment on column report.finance_funnel.approved is '银行审批同意（含减额）的需求数';
comment on column report.finance_funnel.approved_wan is '银行审批同意金额（万元）';
comment on column report.finance_funnel.drawn is '已放款的需求数';
comment on column report.finance_funnel.drawn_wan is '已放款金额（万元）';

create or replace view report.bank_performance as
  with timed as (
    select s.offer_id, s.bank, min(s.reached_on) filter (where s.state = 'offered') as offered_on,
      min(s.reached_on) filter (where s.state = 'acknowledged') as acknowledged_on,
      min(s.reached_on) filter (where s.state = 'due_diligence') as examined_on,
      min(s.reached_on) filter (where s.state in ('approved', 'reduced', 'declined')) as decided_on,
      min(s.reached_on) filter (where s.state in ('approved', 'reduced')) as approved_on,
      min(s.reached_on) filter (where s.state = 'signed') as signed_on,
      min(s.reached_on) filter (where s.state = 'drawn') as drawn_on,
      bool_or(s.state = 'expired') as expired
    from finance.match_step s group by s.offer_id, s.bank),
  median as (
    select t.bank, count(*) as matches, count(*) filter (where t.expired) as expired,
      percentile_cont(0.5) within group (order by t.acknowledged_on - t.offered_on)
        as days_to_acknowledge,
      percentile_cont(0.5) within group (order by t.decided_on - t.acknowledged_on)
        as days_to_decide,
      percentile_cont(0.5) within group (order by t.examined_on - t.acknowledged_on)
        as days_to_diligence,
      percentile_cont(0.5) within group (order by t.decided_on - t.examined_on)
        as days_in_diligence,
      percentile_cont(0.5) within group (order by t.signed_on - t.approved_on) as days_to_sign,
      percentile_cont(0.5) within group (order by t.drawn_on - t.signed_on) as days_to_draw
    from timed t group by t.bank),
  refused as (
    select c.bank, jsonb_object_agg(c.decline_code, c.n) as refusals from (
      select m.bank, m.decline_code, count(*) as n from finance.match m
      where m.decline_code is not null group by m.bank, m.decline_code) c
    group by c.bank),
  priced as (
    select m.bank, round(sum(m.signed_rate_pct * m.approved_wan) / sum(m.approved_wan), 2)
        as signed_rate_pct,
      round(sum(m.signed_basis_points::numeric * m.approved_wan)
        / nullif(sum(m.approved_wan) filter (where m.signed_basis_points is not null), 0), 0)
        as basis_points,
      count(*) filter (where q.first_loan and m.state in ('drawn', 'repaid', 'renewed'))
        as first_loans
    from finance.match m
    join registry.finance_requests q on q.number = m.request
    where m.signed_rate_pct is not null group by m.bank),
  lent as (
    select l.bank, l.period_start, l.period_end, l.amount_wan, l.inclusive_floor_wan,
      coalesce(sum(u.amount), 0) as used_wan,
      coalesce(sum(u.amount) filter (where e.size in ('small', 'micro')), 0) as inclusive_wan
    from (
      select c.* from registry.credit_lines c where c.period @> finance.as_of(c.jurisdiction)) l
    left join (
      allocation.offer_use u
      join allocation.offer o on o.offer_id = u.offer_id and (o.state in ('offered', 'accepted')
        or (o.state = 'released' and o.answer_code in ('repaid', 'renewed')))
      join registry.enterprises e on e.uscc = o.uscc)
      on u.lot = 'credit_line:' || l.bank || ':' || l.period_start
    group by l.bank, l.period_start, l.period_end, l.amount_wan, l.inclusive_floor_wan)
  select b.jurisdiction, b.code as bank, b.name as bank_name, coalesce(d.matches, 0) as matches,
    coalesce(d.expired, 0) as expired, d.days_to_acknowledge, d.days_to_decide, d.days_to_sign,
    d.days_to_draw, coalesce(r.refusals, '{}') as refusals, p.signed_rate_pct, p.basis_points,
    coalesce(p.first_loans, 0) as first_loans, l.period_start, l.period_end,
    l.amount_wan as line_wan, l.used_wan, l.inclusive_floor_wan, l.inclusive_wan,
    greatest(0, l.inclusive_floor_wan - l.inclusive_wan) as inclusive_shortfall_wan,
    d.days_to_diligence, d.days_in_diligence, finance.as_of(b.jurisdiction) as as_of
  from registry.banks b
  left join median d on d.bank = b.code
  left join refused r on r.bank = b.code
  left join priced p on p.bank = b.code
  left join lent l on l.bank = b.code;
comment on view report.bank_performance is
  '各银行：各环节天数的中位数、谢绝缘由、利率与 LPR 之比、首贷、普惠投放与最低要求之比';
comment on column report.bank_performance.jurisdiction is '辖区（地级市代码）';
comment on column report.bank_performance.bank is '银行联行号';
comment on column report.bank_performance.bank_name is '银行名称';
comment on column report.bank_performance.matches is '推荐的笔数';
comment on column report.bank_performance.expired is '逾期未答复而失效的笔数';
comment on column report.bank_performance.days_to_acknowledge is '推荐至确认的天数（自然日，中位数）';
comment on column report.bank_performance.days_to_decide is '确认至审批或谢绝的天数（自然日，中位数）';
comment on column report.bank_performance.days_to_sign is '审批至签约的天数（自然日，中位数）';
comment on column report.bank_performance.days_to_draw is '签约至放款的天数（自然日，中位数）';
comment on column report.bank_performance.refusals is '谢绝的缘由代码与笔数';
comment on column report.bank_performance.signed_rate_pct is '签约利率（%，按金额加权）';
comment on column report.bank_performance.basis_points is '签约利率较签约时 LPR 的加点（基点，按金额加权）';
comment on column report.bank_performance.first_loans is '已放款的首贷笔数';
comment on column report.bank_performance.period_start is '当期（as_of 所在一期）信贷额度的起始日';
comment on column report.bank_performance.period_end is '当期信贷额度的截止日';
comment on column report.bank_performance.line_wan is '该期额度（万元）';
comment on column report.bank_performance.used_wan is '该期已推荐与已用（万元）';
comment on column report.bank_performance.inclusive_floor_wan is '该期普惠最低投放（万元）';
comment on column report.bank_performance.inclusive_wan is '该期推荐与投放给小型、微型企业的金额（万元）';
comment on column report.bank_performance.inclusive_shortfall_wan is '距普惠最低投放尚缺（万元）';
comment on column report.bank_performance.days_to_diligence is
  '确认至开始尽职调查的天数（自然日，中位数）';
comment on column report.bank_performance.days_in_diligence is
  '开始尽职调查至审批或谢绝的天数（自然日，中位数）';
comment on column report.bank_performance.as_of is '截至：融资轮次最近的业务日，尚无轮次时为今日';

create or replace view report.escalation as
  with refused as (
    select m.request, m.bank, (array_agg(m.decline_code order by m.offer_id desc))[1] as code,
      (array_agg(m.note order by m.offer_id desc))[1] as note, max(m.state_on) as declined_on
    from finance.match m
    join finance.match_step s on (s.offer_id, s.bank, s.state) = (m.offer_id, m.bank, m.state)
    where m.state = 'declined'
    group by m.request, m.bank
    having not exists (
      select from allocation.lifted_decline l
      where l.mechanism = 'finance' and l.request = m.request and l.resource = m.bank
        and l.event_id > max(s.event_id))),
  asking as (
    select q.jurisdiction, q.number as request, q.uscc, e.name as enterprise,
      e.region as county, e.chain, q.amount_wan, finance.as_of(q.jurisdiction) as as_of,
      e.chain is not null and not exists (
        select from finance.chain_absence a
        where (a.jurisdiction, a.chain) = (q.jurisdiction, e.chain)
          and a.period @> finance.as_of(q.jurisdiction)) as is_on_chain
    from registry.finance_requests q
    join registry.enterprises e using (uscc)
    where q.number in (select r.request from refused r)),
  -- Who has to have declined: the chain's two banks; for an enterprise on no chain each bank that
  -- any of its rounds found an option at.
  asked as (
    select a.request, pair.bank
    from asking a
    -- The latest, also where its term is over and the next one is not designated yet.
    cross join lateral (
      select b.lead, b.partner from finance.chain_bank b
      where b.jurisdiction = a.jurisdiction and b.chain = a.chain and lower(b.period) <= a.as_of
      order by lower(b.period) desc limit 1) b
    cross join lateral (values (b.lead), (b.partner)) pair (bank)
    where a.is_on_chain
    union
    select a.request, o.resource
    from asking a
    join allocation.round_request q on q.request = a.request
    join allocation.round r on r.round_id = q.round_id and r.kind = 'nightly'
      and r.mechanism = 'finance'
    join allocation.round_option o on (o.round_id, o.request_no) = (q.round_id, q.request_no)
    where not a.is_on_chain)
  select a.jurisdiction, a.request, a.uscc, a.enterprise, a.county, a.chain, a.amount_wan,
    count(*) as banks,
    jsonb_agg(jsonb_build_object('bank', r.bank, 'bank_name', b.name, 'code', r.code,
      'meaning', c.meaning, 'note', r.note, 'declined_on', r.declined_on)
      order by r.declined_on, r.bank) as refusals,
    max(r.declined_on) as escalated_on
  from asking a
  join asked k using (request)
  left join refused r on (r.request, r.bank) = (k.request, k.bank)
  left join registry.banks b on b.code = r.bank
  left join allocation.answer_code c on (c.mechanism, c.code) = ('finance', r.code)
  where not exists (
    select from finance.match m join finance.match_state s using (state)
    where m.request = a.request and (s.is_exposure or m.state in ('repaid', 'renewed')))
  group by a.jurisdiction, a.request, a.uscc, a.enterprise, a.county, a.chain, a.amount_wan
  having bool_and(r.bank is not null);
comment on view report.escalation is
  '均已谢绝的需求，交金融办处理，附各行缘由：在产业链者为现任两行均谢绝，不在产业链者为历轮合乎规则的银行均谢绝；已解除的谢绝不计';
comment on column report.escalation.jurisdiction is '辖区（地级市代码）';
comment on column report.escalation.request is '需求编号';
comment on column report.escalation.uscc is '统一社会信用代码';
comment on column report.escalation.enterprise is '企业名称';
comment on column report.escalation.county is '县市区代码';
comment on column report.escalation.chain is '产业链编号';
comment on column report.escalation.amount_wan is '融资金额（万元）';
comment on column report.escalation.banks is '谢绝的银行数';
comment on column report.escalation.refusals is '各行的谢绝缘由';
comment on column report.escalation.escalated_on is '最后一家谢绝的日期';
