-- Finance 一链两行多企: the two banks of each chain, and what became of each match.
--
-- A chain's two banks are one row with two columns, so that a chain with one bank or with three
-- cannot be written. Computed designations are kept whole, like rounds: prices, scores and choices
-- as rows, so that the certificate is a query.

set local role none;
create schema if not exists finance authorization yaosu_owner;
set local role yaosu_owner;

comment on schema finance is '一链两行多企：主办行与合作行的确定，以及对接的全过程';
alter default privileges for role yaosu_owner in schema finance
  grant select, insert on tables to yaosu_service;
alter default privileges for role yaosu_owner in schema finance
  grant usage on sequences to yaosu_service;
alter default privileges for role yaosu_owner in schema finance
  grant execute on functions to yaosu_service;
grant usage on schema finance to yaosu_service;

-- ── reference: the loan prime rate ──────────────────────────────────────────────────────────────

create table reference.lpr (
  published_on date primary key,
  one_year_pct numeric(5, 2) not null check (one_year_pct between 0 and 100),
  five_year_pct numeric(5, 2) not null check (five_year_pct between 0 and 100)
);
comment on table reference.lpr is '贷款市场报价利率（LPR），逐次公布';
comment on column reference.lpr.published_on is '公布日期，自当日起适用至下一次公布';
comment on column reference.lpr.one_year_pct is '一年期（%）';
comment on column reference.lpr.five_year_pct is '五年期以上（%）';
select audit.watch('reference.lpr', array['published_on']);

-- ── policy ──────────────────────────────────────────────────────────────────────────────────────

-- A parameter that a version could not know yet takes its default there.
alter table policy.parameters disable trigger _300_draft_only;
do $$
begin
  if audit.open_event_id() is null then
    perform audit.begin('yaosu migrate', 'finance', 'default parameters');
  end if;
  insert into policy.parameters (version, name, number, word, unit, meaning)
  select v.version, p.name, p.number, p.word, p.unit, p.meaning
  from policy.versions v
  cross join (values
    ('finance.designation.history', 100000, null, '分', '确定两行时：业绩满分折合的分数'),
    ('finance.designation.clients', 0.40, null, '权重', '确定两行时：该链客户数'),
    ('finance.designation.outstanding', 0.40, null, '权重', '确定两行时：该链贷款余额'),
    ('finance.designation.bad_loan', 0.20, null, '权重', '确定两行时：不良率低'),
    ('finance.designation.full_clients', 50, null, '户', '确定两行时：客户数至此得满分'),
    ('finance.bonus.renewal', 0.10, null, '权重', '续贷在原贷款银行办理，另加'),
    ('finance.limit.long_term', 60, null, '月', '期限超过此数适用五年期以上 LPR'),
    ('finance.penalty.inclusive', 10, null, '分/万元', '普惠最低投放每缺一万元所扣分'),
    ('finance.silence.answer', null, 'expire', '规则', '银行逾期未确认：expire 失效，或 flag 只作提示'),
    ('finance.silence.decision', null, 'flag', '规则', '银行逾期未审批：expire 失效，或 flag 只作提示'),
    ('finance.split.rule', null, 'never', '规则', '银团：never 不拆分，或 above 超过下述金额可由两行分担'),
    ('finance.split.above', 2000, null, '万元', '银团：需求金额超过此数方可由两行分担'),
    ('finance.split.least_share', 0.30, null, '比例', '银团：每家银行至少分担的比例')
  ) p (name, number, word, unit, meaning)
  where not exists (
    select from policy.parameters o where (o.version, o.name) = (v.version, p.name));
end $$;
alter table policy.parameters enable trigger _300_draft_only;

-- ── terms and their chains ──────────────────────────────────────────────────────────────────────

create table finance.term (
  jurisdiction text not null references registry.regions (code),
  term text not null check (term ~ '^[0-9]{4}$'),
  period daterange not null
    check (not isempty(period) and lower_inc(period) and not upper_inf(period)),
  primary key (jurisdiction, term),
  constraint term_no_overlap exclude using gist (jurisdiction with =, period with &&)
);
comment on table finance.term is '主办行任期：同一辖区的任期互不重叠';
comment on column finance.term.jurisdiction is '辖区（地级市代码）';
comment on column finance.term.term is '任期（年份）';
comment on column finance.term.period is '任期起止';
select audit.watch('finance.term', array['jurisdiction', 'term']);

create table finance.term_chain (
  jurisdiction text not null,
  term text not null,
  chain text not null,
  name text not null,
  industry_divisions text[] not null,
  primary key (jurisdiction, term, chain),
  foreign key (jurisdiction, term) references finance.term
);
comment on table finance.term_chain is '任期的产业链清单：清单逐年不同，旧清单不随登记变化';
comment on column finance.term_chain.jurisdiction is '辖区（地级市代码）';
comment on column finance.term_chain.term is '任期（年份）';
comment on column finance.term_chain.chain is '产业链编号';
comment on column finance.term_chain.name is '产业链名称（当时）';
comment on column finance.term_chain.industry_divisions is '行业大类（当时）';
select audit.watch('finance.term_chain', array['jurisdiction', 'term', 'chain']);

-- ── a designation as it was computed ────────────────────────────────────────────────────────────

create table finance.designation (
  designation_id bigint generated always as identity primary key,
  jurisdiction text not null,
  term text not null,
  status text not null check (status in ('optimal', 'within', 'time_limit')),
  proof text not null check (proof in ('prices', 'packing', 'search')),
  policy_version integer not null references policy.versions,
  seed text not null,
  input_digest allocation.digest not null,
  objective bigint not null,
  bound bigint not null check (bound >= objective),
  tightest_bound bigint not null check (tightest_bound between objective and bound),
  sequential_objective bigint,
  sequential_bound bigint,
  scale bigint not null check (scale > 0),
  algorithm text not null,
  solve_ms numeric(12, 3) not null check (solve_ms >= 0),
  started_at timestamptz not null,
  finished_at timestamptz not null,
  constraint designation_one_a_term unique (jurisdiction, term),
  foreign key (jurisdiction, term) references finance.term
);
comment on table finance.designation is '一次主办行、合作行的计算：每个辖区每个任期一次';
comment on column finance.designation.designation_id is '计算编号';
comment on column finance.designation.jurisdiction is '辖区（地级市代码）';
comment on column finance.designation.term is '任期（年份）';
comment on column finance.designation.status is
  '状态：optimal 已证最优、within 在给出的差距之内、time_limit 到时停止';
comment on column finance.designation.proof is
  '最紧上界的依据：prices 价格、packing 背包价格、search 穷举；后两者以引擎所言为准';
comment on column finance.designation.policy_version is '政策版本';
comment on column finance.designation.seed is '摇号种子';
comment on column finance.designation.input_digest is '输入快照的摘要';
comment on column finance.designation.objective is '总分：业绩与可服务的需求';
comment on column finance.designation.bound is '所存价格证明的总分上界，可以 SQL 重算';
comment on column finance.designation.tightest_bound is '引擎以任何方式得出的最紧上界';
comment on column finance.designation.sequential_objective is
  '对照：逐链依次取最好两家银行的总分；无法排下时为空';
comment on column finance.designation.sequential_bound is '对照方案中需求分配的总分上界';
comment on column finance.designation.scale is '价格的定点单位：价格 = 整数 ÷ 此数';
comment on column finance.designation.algorithm is '算法';
comment on column finance.designation.solve_ms is '求解用时（毫秒）';
comment on column finance.designation.started_at is '开始时间';
comment on column finance.designation.finished_at is '结束时间';
select audit.watch('finance.designation', array['designation_id']);

create table finance.designation_bank (
  designation_id bigint not null references finance.designation,
  bank text not null,
  lottery text not null check (lottery ~ '^[0-9a-f]{16}$'),
  capacity bigint not null check (capacity >= 0),
  max_chains integer not null check (max_chains >= 0),
  capacity_price bigint not null check (capacity_price >= 0),
  place_price bigint not null check (place_price >= 0),
  primary key (designation_id, bank)
);
comment on table finance.designation_bank is '计算中的银行与其价格';
comment on column finance.designation_bank.designation_id is '计算编号';
comment on column finance.designation_bank.bank is '银行联行号';
comment on column finance.designation_bank.lottery is '摇号数';
comment on column finance.designation_bank.capacity is '任期内的信贷额度（万元）';
comment on column finance.designation_bank.max_chains is '主办链数上限';
comment on column finance.designation_bank.capacity_price is '一万元额度的价格（定点）';
comment on column finance.designation_bank.place_price is '一个主办名额的价格（定点）';

create table finance.designation_chain (
  designation_id bigint not null references finance.designation,
  chain text not null,
  lottery text not null check (lottery ~ '^[0-9a-f]{16}$'),
  lead text not null,
  partner text not null check (partner <> lead),
  runner_up_lead text,
  runner_up_partner text,
  runner_up_objective bigint,
  runner_up_bound bigint,
  runner_up_tried integer check (runner_up_tried >= 0),
  primary key (designation_id, chain),
  check (num_nulls(runner_up_lead, runner_up_partner, runner_up_objective, runner_up_bound,
    runner_up_tried) in (0, 5))
);
comment on table finance.designation_chain is '计算所得的各链两行，及次优的一对';
comment on column finance.designation_chain.designation_id is '计算编号';
comment on column finance.designation_chain.chain is '产业链编号';
comment on column finance.designation_chain.lottery is '摇号数';
comment on column finance.designation_chain.lead is '主办行：业绩分较高者';
comment on column finance.designation_chain.partner is '合作行';
comment on column finance.designation_chain.runner_up_lead is '次优一对的主办行，别无可选时为空';
comment on column finance.designation_chain.runner_up_partner is '次优一对的合作行';
comment on column finance.designation_chain.runner_up_objective is
  '其余各链不变而本链改用次优一对时的总分（重新分配需求后）';
comment on column finance.designation_chain.runner_up_bound is
  '本链改用任何另一对时总分的上界（其余各链不变），由价格与逐一求解得出';
comment on column finance.designation_chain.runner_up_tried is
  '逐一求解过的另一对数；其余各对的上界均不高于次优一对的总分，无须求解';

create table finance.designation_score (
  designation_id bigint not null references finance.designation,
  chain text not null,
  bank text not null,
  score bigint not null check (score >= 0),
  pair_price bigint not null check (pair_price >= 0),
  primary key (designation_id, chain, bank)
);
comment on table finance.designation_score is '银行在各链的业绩分';
comment on column finance.designation_score.designation_id is '计算编号';
comment on column finance.designation_score.chain is '产业链编号';
comment on column finance.designation_score.bank is '银行联行号';
comment on column finance.designation_score.score is '业绩分';
comment on column finance.designation_score.pair_price is '该链使用该行额度的资格价格（定点）';

create table finance.designation_member (
  designation_id bigint not null references finance.designation,
  request text not null,
  uscc text not null,
  chain text not null,
  lottery text not null check (lottery ~ '^[0-9a-f]{16}$'),
  amount bigint not null check (amount > 0),
  served_by text,
  primary key (designation_id, request)
);
comment on table finance.designation_member is '计算时各链企业的待办融资需求';
comment on column finance.designation_member.designation_id is '计算编号';
comment on column finance.designation_member.request is '需求编号';
comment on column finance.designation_member.uscc is '统一社会信用代码';
comment on column finance.designation_member.chain is '产业链编号';
comment on column finance.designation_member.lottery is '摇号数';
comment on column finance.designation_member.amount is '金额（万元）';
comment on column finance.designation_member.served_by is '计算中由哪家银行服务，空为未能服务；仅为测算，不是配置';

create table finance.designation_member_score (
  designation_id bigint not null references finance.designation,
  request text not null,
  bank text not null,
  score bigint not null check (score > 0),
  primary key (designation_id, request, bank)
);
comment on table finance.designation_member_score is '需求在各行最合适产品的得分；不合规则者无行';
comment on column finance.designation_member_score.designation_id is '计算编号';
comment on column finance.designation_member_score.request is '需求编号';
comment on column finance.designation_member_score.bank is '银行联行号';
comment on column finance.designation_member_score.score is '得分';

do $$
declare
  part text;
begin
  foreach part in array array['bank', 'chain', 'score', 'member', 'member_score'] loop
    execute format(
      'create trigger _900_own_designation after insert on finance.designation_%s
        referencing new table as new_rows
        for each statement execute function audit.require_own_event(
          ''finance.designation'', ''designation_id'')', part);
  end loop;
end $$;

-- ── the two banks of a chain ────────────────────────────────────────────────────────────────────

create table finance.chain_bank (
  chain_bank_id bigint generated always as identity primary key,
  jurisdiction text not null,
  term text not null,
  chain text not null,
  period daterange not null
    check (not isempty(period) and lower_inc(period) and not upper_inf(period)),
  lead text not null,
  partner text not null,
  designation_id bigint references finance.designation,
  reason text check (reason <> ''),
  document_no text check (document_no <> ''),
  price bigint,
  constraint chain_bank_two_banks check (lead <> partner),
  constraint chain_bank_computed_or_reasoned
    check (num_nonnulls(designation_id, reason) = 1 and (reason is null) = (document_no is null)),
  constraint chain_bank_no_overlap
    exclude using gist (jurisdiction with =, chain with =, period with &&),
  foreign key (jurisdiction, term, chain) references finance.term_chain,
  foreign key (lead, jurisdiction) references registry.banks (code, jurisdiction),
  foreign key (partner, jurisdiction) references registry.banks (code, jurisdiction)
);
create index on finance.chain_bank (lead);
create index on finance.chain_bank (partner);
comment on table finance.chain_bank is
  '产业链的两家银行：一链一时一行，主办行与合作行同在一行，故只能恰有两家或没有';
comment on column finance.chain_bank.chain_bank_id is '编号';
comment on column finance.chain_bank.jurisdiction is '辖区（地级市代码）';
comment on column finance.chain_bank.term is '任期（年份）';
comment on column finance.chain_bank.chain is '产业链编号';
comment on column finance.chain_bank.period is '有效期间';
comment on column finance.chain_bank.lead is '主办行';
comment on column finance.chain_bank.partner is '合作行';
comment on column finance.chain_bank.designation_id is '所据计算，人工调整时为空';
comment on column finance.chain_bank.reason is '人工调整的理由';
comment on column finance.chain_bank.document_no is '人工调整的文号';
comment on column finance.chain_bank.price is '人工调整的代价：按任期测算少得的分';
select audit.watch('finance.chain_bank', array['chain_bank_id']);
-- A change ends the old row's period and begins a new row; nobody deletes one.
grant update (period, lead, partner, designation_id, reason, document_no, price)
  on finance.chain_bank to yaosu_service;

create function finance.keep_within_term() returns trigger
language plpgsql
as $$
declare
  term_period daterange := (
    select t.period from finance.term t
    where (t.jurisdiction, t.term) = (new.jurisdiction, new.term));
begin
  if not new.period <@ term_period then
    raise exception 'chain %: period % lies outside term % %', new.chain, new.period, new.term,
      term_period using errcode = 'check_violation', constraint = 'chain_bank_within_term';
  end if;
  return new;
end $$;
comment on function finance.keep_within_term() is '有效期间不出任期';
create trigger _300_within_term before insert or update on finance.chain_bank
  for each row execute function finance.keep_within_term();

-- One row a bank, written by whoever changes the bank's chains: two writers meet here, whatever
-- their isolation, and the second one counts what the first one left.
create table finance.bank_guard (
  bank text primary key,
  changes bigint not null
);
comment on table finance.bank_guard is '每家银行一行，使同时改动其主办链者先后有序';
comment on column finance.bank_guard.bank is '银行联行号';
comment on column finance.bank_guard.changes is '改动次数';
revoke insert on finance.bank_guard from yaosu_service;

create function finance.keep_chain_limit() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  one_bank text;
  allowed integer;
  taken bigint;
begin
  -- In one order for everybody, so that two writers cannot wait for each other.
  for one_bank in select b from unnest(array[new.lead, new.partner]) b order by b collate "C" loop
    insert into finance.bank_guard as g (bank, changes) values (one_bank, 1)
    on conflict (bank) do update set changes = g.changes + 1;
    select b.max_chains into allowed from registry.banks b where b.code = one_bank;
    select max(n) into taken from (
      select count(*) as n
      from finance.chain_bank a
      join finance.chain_bank b
        on one_bank in (b.lead, b.partner) and b.period @> lower(a.period)
      where one_bank in (a.lead, a.partner)
      group by a.chain_bank_id) days;
    if taken > allowed then
      raise exception 'bank % would have % chains at once; its limit is %', one_bank, taken, allowed
        using errcode = 'check_violation', constraint = 'chain_bank_limit',
          hint = 'Give the chain another bank, or raise the limit in registry.banks first.';
    end if;
  end loop;
  return null;
end $$;
comment on function finance.keep_chain_limit() is '任何一天，银行的链数不超过其上限；提交时检查';
create constraint trigger _900_chain_limit after insert or update on finance.chain_bank
  deferrable initially deferred for each row execute function finance.keep_chain_limit();

create function finance.banks_of(of_jurisdiction text, of_chain text, on_date date)
returns setof finance.chain_bank
language sql stable
as $$
  select b.* from finance.chain_bank b
  where b.jurisdiction = of_jurisdiction and b.chain = of_chain and b.period @> on_date
$$;
comment on function finance.banks_of(text, text, date) is '某链某日的两家银行；没有时无行';

-- ── credit lines on the capacity ledger ─────────────────────────────────────────────────────────

create function finance.line_grant(l registry.credit_lines) returns allocation.lot_grant
language sql immutable
as $$
  select row('credit_line:' || l.bank || ':' || l.period_start, 'finance', 'credit_line', l.bank,
    'wan', l.jurisdiction, l.department, l.period, l.amount_wan)::allocation.lot_grant
$$;
comment on function finance.line_grant(registry.credit_lines) is '信贷额度所对应的批次';

create function finance.follow_lines() returns trigger
language plpgsql
as $$
begin
  perform allocation.follow_grants((
    select array_agg(g order by g.lot collate "C")
    from new_rows n
    join registry.credit_lines l on (l.bank, l.period_start) = (n.bank, n.period_start)
    cross join lateral finance.line_grant(l) g));
  return null;
end $$;
comment on function finance.follow_lines() is '信贷额度变化时，批次与下达量随之变化';
create trigger _400_grant_insert after insert on registry.credit_lines
  referencing new table as new_rows for each statement execute function finance.follow_lines();
create trigger _400_grant_update after update on registry.credit_lines
  referencing new table as new_rows for each statement execute function finance.follow_lines();
create trigger _400_grant_delete after delete on registry.credit_lines
  for each row execute function allocation.take_back_grant('finance.line_grant');

do $$
begin
  if exists (select from registry.credit_lines) then
    if audit.open_event_id() is null then
      perform audit.begin('yaosu migrate', 'finance', 'opening balances');
    end if;
    perform allocation.follow_grants(
      (select array_agg(finance.line_grant(l)) from registry.credit_lines l));
  end if;
end $$;

-- An answer may change what an offer still holds: a reduced loan frees the rest.
create function allocation.reduce_use(of_offer bigint, of_lot text, to_amount numeric) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  held allocation.offer_use;
  offer_state text;
begin
  select o.state into offer_state from allocation.offer o where o.offer_id = of_offer for update;
  select * into held from allocation.offer_use u where (u.offer_id, u.lot) = (of_offer, of_lot);
  if held.amount is null or to_amount > held.amount or to_amount < 0
    or offer_state not in ('offered', 'accepted') then
    raise exception 'offer % holds % of lot %; it cannot hold % from now on', of_offer,
      held.amount, of_lot, to_amount
      using errcode = 'check_violation', constraint = 'offer_use_reduced',
        schema = 'allocation', table = 'offer_use';
  end if;
  if to_amount = held.amount then
    return;
  end if;
  if to_amount = 0 then
    delete from allocation.offer_use u where (u.offer_id, u.lot) = (of_offer, of_lot);
  else
    update allocation.offer_use u set amount = to_amount
    where (u.offer_id, u.lot) = (of_offer, of_lot);
  end if;
  insert into allocation.movement
    (from_lot, from_account, to_lot, to_account, amount, cause, offer_id)
  values (of_lot, case offer_state when 'accepted' then 'committed' else 'offered' end, of_lot,
    'free', held.amount - to_amount, 'release', of_offer);
end $$;
comment on function allocation.reduce_use(bigint, text, numeric) is
  '减少拟配置占用的额度，差额即时释放；减至零则不再占用';

-- ── offers whose silence does not end them ──────────────────────────────────────────────────────

grant update (due_on, due_is_provisional, lapses) on allocation.offer to yaosu_service;

-- ── the life of a match ─────────────────────────────────────────────────────────────────────────

create table finance.match_state (
  state text primary key,
  offer_state text not null,
  clock text check (clock in ('answer', 'decision')),
  is_exposure boolean not null,
  meaning text not null
);
comment on table finance.match_state is '对接的状态：本服务只推荐与记录，决定由银行作出';
comment on column finance.match_state.state is '状态';
comment on column finance.match_state.offer_state is '此时拟配置的状态';
comment on column finance.match_state.clock is '此状态下计时的时限：answer 确认、decision 审批，空为不计时';
comment on column finance.match_state.is_exposure is '是否计入单户限额';
comment on column finance.match_state.meaning is '含义';
revoke insert on finance.match_state from yaosu_service;
insert into finance.match_state values
  ('offered', 'offered', 'answer', true, '已推荐给银行，待其确认'),
  ('acknowledged', 'offered', 'decision', true, '银行已确认收到'),
  ('due_diligence', 'offered', 'decision', true, '银行尽职调查中'),
  ('approved', 'accepted', null, true, '银行审批同意'),
  ('reduced', 'accepted', null, true, '银行审批减额同意'),
  ('declined', 'declined', null, false, '银行谢绝'),
  ('expired', 'expired', null, false, '银行逾期未答复，推荐失效'),
  ('withdrawn', 'withdrawn', null, false, '推荐已撤回'),
  ('signed', 'accepted', null, true, '银行与企业已签约'),
  ('drawn', 'accepted', null, true, '银行已放款'),
  ('abandoned', 'released', null, false, '企业放弃'),
  ('repaid', 'released', null, false, '企业已还清'),
  ('renewed', 'released', null, false, '已由续贷接续');

create table finance.match_arrow (
  from_state text not null references finance.match_state,
  to_state text not null references finance.match_state,
  primary key (from_state, to_state)
);
comment on table finance.match_arrow is '对接状态之间允许的去向';
comment on column finance.match_arrow.from_state is '原状态';
comment on column finance.match_arrow.to_state is '新状态';
revoke insert on finance.match_arrow from yaosu_service;
insert into finance.match_arrow values
  ('offered', 'acknowledged'), ('offered', 'declined'), ('offered', 'expired'),
  ('offered', 'withdrawn'),
  ('acknowledged', 'due_diligence'), ('acknowledged', 'declined'), ('acknowledged', 'expired'),
  ('acknowledged', 'withdrawn'),
  ('due_diligence', 'approved'), ('due_diligence', 'reduced'), ('due_diligence', 'declined'),
  ('due_diligence', 'expired'), ('due_diligence', 'withdrawn'),
  ('approved', 'signed'), ('approved', 'abandoned'),
  ('reduced', 'signed'), ('reduced', 'abandoned'),
  ('signed', 'drawn'), ('signed', 'abandoned'),
  ('drawn', 'repaid'), ('drawn', 'renewed');

insert into allocation.answer_code values
  ('finance', 'cash_flow', '还款来源不足', 'too little income to repay from'),
  ('finance', 'over_indebted', '负债过高', 'too much debt already'),
  ('finance', 'credit_record', '征信记录不良', 'a poor credit record'),
  ('finance', 'collateral', '担保不足', 'too little security'),
  ('finance', 'industry', '行业不符信贷政策', 'the industry is outside the bank''s policy'),
  ('finance', 'materials', '材料不全或不实', 'materials incomplete or untrue'),
  ('finance', 'terms', '利率或期限未谈妥', 'no agreement on rate or term'),
  ('finance', 'other', '其他（见说明）', 'another reason, see the note'),
  ('finance', 'abandoned', '企业放弃', 'the enterprise gave it up'),
  ('finance', 'repaid', '企业已还清', 'repaid'),
  ('finance', 'renewed', '已由续贷接续', 'renewed by another loan');

create table finance.match (
  offer_id bigint not null references allocation.offer,
  bank text not null,
  jurisdiction text not null,
  request text not null,
  uscc text not null,
  product text not null,
  amount_wan bigint not null check (amount_wan > 0),
  approved_wan bigint check (approved_wan between 1 and amount_wan),
  state text not null default 'offered' references finance.match_state,
  state_on date not null,
  due_on date,
  due_is_provisional boolean,
  flagged_on date,
  rate_pct registry.percent not null,
  signed_rate_pct registry.percent,
  signed_lpr_on date,
  signed_lpr_pct numeric(5, 2),
  signed_basis_points integer,
  answered_by text check (answered_by <> ''),
  decline_code text,
  note text check (note <> ''),
  renews bigint,
  replaces_wan bigint not null default 0 check (replaces_wan between 0 and amount_wan),
  primary key (offer_id, bank),
  foreign key (bank, jurisdiction) references registry.banks (code, jurisdiction),
  foreign key (renews, bank) references finance.match (offer_id, bank),
  constraint match_approved_amount check (
    (approved_wan is not null) = (state in
      ('approved', 'reduced', 'signed', 'drawn', 'abandoned', 'repaid', 'renewed'))),
  constraint match_reduced_is_less check (
    case state when 'approved' then approved_wan = amount_wan
      when 'reduced' then approved_wan < amount_wan else true end),
  constraint match_declined_with_code check ((state = 'declined') = (decline_code is not null)),
  constraint match_signed_rate check (
    (signed_rate_pct is not null) or state not in ('signed', 'drawn', 'repaid', 'renewed')),
  constraint match_signed_whole check (
    num_nonnulls(signed_lpr_on, signed_lpr_pct, signed_basis_points) in (0, 3)
    and (signed_lpr_on is null or signed_rate_pct is not null)),
  constraint match_due check ((due_on is null) = (due_is_provisional is null))
);
create index on finance.match (request);
create index on finance.match (uscc, bank);
create index on finance.match (renews);
comment on table finance.match is '对接：一项拟配置与一家银行；由推荐到放款、还清的全过程';
comment on column finance.match.offer_id is '拟配置编号';
comment on column finance.match.bank is '银行联行号';
comment on column finance.match.jurisdiction is '辖区（地级市代码）';
comment on column finance.match.request is '需求编号';
comment on column finance.match.uscc is '统一社会信用代码';
comment on column finance.match.product is '产品编号';
comment on column finance.match.amount_wan is '推荐金额（万元）';
comment on column finance.match.approved_wan is '银行审批金额（万元）';
comment on column finance.match.state is '状态，见 finance.match_state';
comment on column finance.match.state_on is '进入此状态的日期';
comment on column finance.match.due_on is '银行应答复的期限，不计时为空';
comment on column finance.match.due_is_provisional is '期限为预计：该年节假日通知尚未收录';
comment on column finance.match.flagged_on is '逾期未答复、提示金融办的业务日';
comment on column finance.match.rate_pct is '产品利率（%）';
comment on column finance.match.signed_rate_pct is '签约利率（%），签约后不变';
comment on column finance.match.signed_lpr_on is '签约时适用的 LPR 的公布日期';
comment on column finance.match.signed_lpr_pct is '签约时适用的 LPR（%）';
comment on column finance.match.signed_basis_points is '签约利率较 LPR 的加点（基点，负为减点）';
comment on column finance.match.answered_by is '经办人';
comment on column finance.match.decline_code is '谢绝的缘由代码';
comment on column finance.match.note is '说明';
comment on column finance.match.renews is '续贷所接续的拟配置编号';
comment on column finance.match.replaces_wan is '续贷放款前，其中与原贷款重叠、不重复计入单户限额的金额（万元）';
select audit.watch('finance.match', array['offer_id', 'bank']);
revoke insert on finance.match from yaosu_service;
grant update (state, state_on, due_on, due_is_provisional, approved_wan, signed_rate_pct,
  signed_lpr_on, signed_lpr_pct, signed_basis_points, answered_by, decline_code, note)
  on finance.match to yaosu_service;

create table finance.match_step (
  offer_id bigint not null,
  bank text not null,
  step integer not null check (step > 0),
  state text not null references finance.match_state,
  reached_on date not null,
  answered_by text,
  primary key (offer_id, bank, step),
  foreign key (offer_id, bank) references finance.match
);
comment on table finance.match_step is '对接经过的各状态，只增不改';
comment on column finance.match_step.offer_id is '拟配置编号';
comment on column finance.match_step.bank is '银行联行号';
comment on column finance.match_step.step is '序号，从 1 起';
comment on column finance.match_step.state is '状态';
comment on column finance.match_step.reached_on is '日期';
comment on column finance.match_step.answered_by is '经办人';
select audit.watch('finance.match_step', array['offer_id', 'bank', 'step'], false);
revoke insert on finance.match_step from yaosu_service;
create trigger append_only before update or delete on finance.match_step
  for each statement execute function audit.refuse_change();

-- One row a bank and client: whoever adds to what the client owes queues here, at every isolation.
create table finance.client_exposure (
  bank text not null,
  uscc text not null,
  amount_wan bigint not null check (amount_wan >= 0),
  primary key (bank, uscc)
);
comment on table finance.client_exposure is '每家银行每家企业：推荐中与存续的贷款合计';
comment on column finance.client_exposure.bank is '银行联行号';
comment on column finance.client_exposure.uscc is '统一社会信用代码';
comment on column finance.client_exposure.amount_wan is '合计（万元）';
revoke insert on finance.client_exposure from yaosu_service;

create function finance.exposure(m finance.match) returns bigint
language sql stable
as $$
  select case when s.is_exposure
    then coalesce(m.approved_wan, m.amount_wan)
      - least(m.replaces_wan, coalesce(m.approved_wan, m.amount_wan))
    else 0 end
  from finance.match_state s where s.state = m.state
$$;
comment on function finance.exposure(finance.match) is '一项对接计入单户限额的金额（万元）';

create function finance.keep_client_limit() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  added bigint := finance.exposure(new)
    - case tg_op when 'UPDATE' then finance.exposure(old) else 0 end;
  total bigint;
  allowed bigint;
begin
  if added = 0 then
    return null;
  end if;
  insert into finance.client_exposure as e (bank, uscc, amount_wan)
  values (new.bank, new.uscc, added)
  on conflict (bank, uscc) do update set amount_wan = e.amount_wan + added
  returning e.amount_wan into total;
  select b.client_limit_wan into allowed from registry.banks b where b.code = new.bank;
  if added > 0 and total > allowed then
    raise exception 'client % would owe bank % % (10,000 yuan); its limit is %', new.uscc, new.bank,
      total, allowed
      using errcode = 'check_violation', constraint = 'client_limit', schema = 'finance',
        table = 'client_exposure';
  end if;
  return null;
end $$;
comment on function finance.keep_client_limit() is '推荐中与存续的贷款合计不超过单户限额，并发时亦然';
create trigger _300_client_limit after insert or update on finance.match
  for each row execute function finance.keep_client_limit();

-- Follows the arrows, keeps what was signed, and lets a drawn renewal take its forerunner's place.
create function finance.follow_match_arrow() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from finance.match_arrow a
    where a.from_state = old.state and a.to_state = new.state) then
    raise exception 'match %/%: no arrow from % to %', old.offer_id, old.bank, old.state, new.state
      using errcode = 'check_violation', constraint = 'match_arrow', schema = 'finance',
        table = 'match';
  end if;
  if new.state_on < old.state_on then
    raise exception 'match %/%: % on % comes before % on %', old.offer_id, old.bank, new.state,
      new.state_on, old.state, old.state_on
      using errcode = 'check_violation', constraint = 'match_dates', schema = 'finance',
        table = 'match';
  end if;
  if old.state in ('approved', 'reduced') and not exists (
    select from allocation.offer o where o.offer_id = new.offer_id and o.state = 'accepted') then
    raise exception 'match %/%: another bank has not yet decided on its share', old.offer_id,
      old.bank
      using errcode = 'check_violation', constraint = 'match_awaits_share', schema = 'finance',
        table = 'match';
  end if;
  if new.state <> 'expired' then
    new.flagged_on := null;
  end if;
  if (select s.clock from finance.match_state s where s.state = new.state) is null then
    new.due_on := null;
    new.due_is_provisional := null;
  end if;
  if new.state = 'drawn' and new.renews is not null then
    update finance.match m
    set state = 'renewed', state_on = new.state_on, answered_by = new.answered_by
    where m.offer_id = new.renews and m.bank = new.bank and m.state = 'drawn';
    new.replaces_wan := 0;
  end if;
  return new;
end $$;
comment on function finance.follow_match_arrow() is
  '对接状态只沿允许的去向变化；由两行分担的，两行均有答复后方可签约';
create trigger _300_arrow before update of state on finance.match
  for each row when (old.state is distinct from new.state)
  execute function finance.follow_match_arrow();

create function finance.keep_signed_rate() returns trigger
language plpgsql
as $$
begin
  raise exception 'match %/%: a signed rate does not change', old.offer_id, old.bank
    using errcode = 'check_violation', constraint = 'match_signed_rate_stays', schema = 'finance',
      table = 'match';
end $$;
comment on function finance.keep_signed_rate() is '签约利率不变';
create trigger _310_signed_rate
  before update of signed_rate_pct, signed_lpr_on, signed_lpr_pct, signed_basis_points
  on finance.match
  for each row when (old.signed_rate_pct is not null
    and (old.signed_rate_pct, old.signed_lpr_on, old.signed_lpr_pct, old.signed_basis_points)
      is distinct from
      (new.signed_rate_pct, new.signed_lpr_on, new.signed_lpr_pct, new.signed_basis_points))
  execute function finance.keep_signed_rate();

create function finance.note_steps() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into finance.match_step (offer_id, bank, step, state, reached_on, answered_by)
  select n.offer_id, n.bank, 1 + coalesce((
      select max(s.step) from finance.match_step s
      where (s.offer_id, s.bank) = (n.offer_id, n.bank)), 0), n.state, n.state_on, n.answered_by
  from new_rows n
  where not exists (
    select from (
      select distinct on (s.offer_id, s.bank) s.state from finance.match_step s
      where (s.offer_id, s.bank) = (n.offer_id, n.bank)
      order by s.offer_id, s.bank, s.step desc) last
    where last.state = n.state);
  return null;
end $$;
comment on function finance.note_steps() is '记下经过的每一状态';
create trigger _400_first_step after insert on finance.match
  referencing new table as new_rows for each statement execute function finance.note_steps();
create trigger _400_step after update on finance.match
  referencing new table as new_rows for each statement execute function finance.note_steps();

-- A loan that is repaid before its renewal is drawn no longer overlaps with it.
create function finance.end_overlap() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update finance.match m set replaces_wan = 0
  where m.renews = new.offer_id and m.bank = new.bank and m.replaces_wan > 0;
  return null;
end $$;
comment on function finance.end_overlap() is '原贷款还清后，续贷全额计入单户限额';
create trigger _500_end_overlap after update of state on finance.match
  for each row when (new.state = 'repaid') execute function finance.end_overlap();

-- ── a match follows its offer, and the offer its matches ────────────────────────────────────────

-- A loan shared by two banks (银团) is one offer with a match a bank. What becomes of the offer
-- follows from both.
create function finance.shares(resource text, detail jsonb, amount numeric)
returns table (bank text, product text, rate_pct numeric, amount_wan bigint)
language sql immutable
as $$
  select resource, detail ->> 'product', (detail ->> 'rate_pct')::numeric,
    amount::bigint - coalesce((detail ->> 'partner_wan')::bigint, 0)
  union all
  select detail ->> 'partner', detail ->> 'partner_product',
    (detail ->> 'partner_rate_pct')::numeric, (detail ->> 'partner_wan')::bigint
  where detail ? 'partner'
$$;
comment on function finance.shares(text, jsonb, numeric) is
  '一项拟配置涉及的银行与各自份额：通常一家，银团两家';

create function finance.set_lapse() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  new.lapses := not new.detail ? 'partner' and coalesce((
    select p.word = 'expire'
    from allocation.round r
    join policy.parameters p on p.version = r.policy_version
    where r.round_id = new.round_id and p.name = 'finance.silence.answer'), true);
  return new;
end $$;
comment on function finance.set_lapse() is
  '按政策，银行逾期未确认即失效，或只作提示；银团不整体失效，由各份额分别计时';
create trigger _300_set_lapse before insert on allocation.offer
  for each row when (new.mechanism = 'finance') execute function finance.set_lapse();

-- Everybody who touches lines and client limits locks lines first: a night, a bank and a clerk can
-- then wait for each other, but not in a circle.
create function finance.open_matches() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  stranger record;
begin
  if not exists (select from new_rows n where n.mechanism = 'finance') then
    return null;
  end if;
  perform from allocation.lot_head h
  where h.lot in (
    select l.lot
    from new_rows n
    cross join lateral finance.shares(n.resource, n.detail, n.amount) s
    join allocation.lot l on l.kind = 'credit_line' and l.resource = s.bank)
  order by h.lot collate "C" for update;
  -- Whoever changes a pair waits until these offers are in.
  perform from finance.chain_bank b
  where b.chain_bank_id in (
    select b.chain_bank_id
    from new_rows n
    join allocation.round r using (round_id)
    join registry.enterprises e on e.uscc = n.uscc
    join finance.chain_bank b
      on b.jurisdiction = n.jurisdiction and b.chain = e.chain and b.period @> r.business_date)
  order by b.chain_bank_id for share;
  select n.request, s.bank, e.chain, r.business_date into stranger
  from new_rows n
  cross join lateral finance.shares(n.resource, n.detail, n.amount) s
  join allocation.round r using (round_id)
  join registry.enterprises e on e.uscc = n.uscc
  where n.mechanism = 'finance' and e.chain is not null and not exists (
    select from finance.chain_bank b
    where b.jurisdiction = n.jurisdiction and b.chain = e.chain
      and b.period @> r.business_date and s.bank in (b.lead, b.partner))
  limit 1;
  if stranger.request is not null then
    raise exception 'request %: bank % is not one of the two banks of chain % on %',
      stranger.request, stranger.bank, stranger.chain, stranger.business_date
      using errcode = 'check_violation', constraint = 'match_by_chain_bank',
        schema = 'finance', table = 'match';
  end if;
  insert into finance.match (offer_id, bank, jurisdiction, request, uscc, product, amount_wan,
    state_on, due_on, due_is_provisional, rate_pct, renews, replaces_wan)
  select n.offer_id, s.bank, n.jurisdiction, n.request, n.uscc, s.product, s.amount_wan,
    r.business_date, n.due_on, n.due_is_provisional, s.rate_pct,
    earlier.offer_id, coalesce(least(earlier.approved_wan, s.amount_wan), 0)
  from new_rows n
  cross join lateral finance.shares(n.resource, n.detail, n.amount) s
  join allocation.round r using (round_id)
  join registry.finance_requests q on q.number = n.request
  left join lateral (
    select m.offer_id, m.approved_wan
    from finance.match m
    where q.purpose = 'renewal' and m.uscc = n.uscc and m.bank = s.bank and m.state = 'drawn'
      and not exists (
        select from finance.match o join finance.match_state s using (state)
        where o.renews = m.offer_id and o.bank = m.bank and s.is_exposure)
      -- Of several renewals that night none can be told to be the one.
      and not exists (
        select from new_rows o join registry.finance_requests p on p.number = o.request
        where o.uscc = n.uscc and p.purpose = 'renewal' and o.request <> n.request)
    order by m.state_on, m.offer_id limit 1) earlier on true
  where n.mechanism = 'finance'
  order by s.bank collate "C", n.uscc collate "C", n.offer_id;
  return null;
end $$;
comment on function finance.open_matches() is
  '拟配置写入时开始对接；银行须是该链当日两行之一';
create trigger _500_open_matches after insert on allocation.offer
  referencing new table as new_rows for each statement execute function finance.open_matches();

create function finance.lock_match(of_request text, of_bank text) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  latest bigint := (
    select max(m.offer_id) from finance.match m
    where m.request = of_request and m.bank = of_bank);
begin
  perform from allocation.offer o where o.offer_id = latest for update;
  perform from allocation.lot_head h
  where h.lot in (select u.lot from allocation.offer_use u where u.offer_id = latest)
  order by h.lot collate "C" for update;
  perform from finance.match m where m.offer_id = latest order by m.bank collate "C" for update;
  return latest;
end $$;
comment on function finance.lock_match(text, text) is
  '锁定需求与银行最近的一项对接及其额度，返回拟配置编号；没有时为空';

-- The offer waits while any bank still considers its share, and stands as long as one share does.
create function finance.joint_state(of_offer bigint) returns text
language sql stable
as $$
  select (array_agg(s.offer_state order by array_position(
    array['offered', 'accepted', 'released', 'declined', 'expired', 'withdrawn'],
    s.offer_state)))[1]
  from finance.match m join finance.match_state s using (state)
  where m.offer_id = of_offer
$$;
comment on function finance.joint_state(bigint) is '各份额的状态合起来，拟配置应处的状态';

create function finance.hold_only(of_offer bigint, of_bank text, wan bigint) returns void
language sql
as $$
  select allocation.reduce_use(of_offer, u.lot, wan)
  from allocation.offer_use u join allocation.lot l using (lot)
  where u.offer_id = of_offer and l.kind = 'credit_line' and l.resource = of_bank
$$;
comment on function finance.hold_only(bigint, text, bigint) is '拟配置在该行的额度减至此数（万元）';

create function finance.lead_offer() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  offer allocation.offer;
  part text := (select s.offer_state from finance.match_state s where s.state = new.state);
  wanted text;
  voice finance.match;
begin
  select * into strict offer from allocation.offer o where o.offer_id = new.offer_id for update;
  if offer.state = 'offered' and part in ('declined', 'expired', 'withdrawn') then
    -- A share that comes to nothing takes along what nobody has decided on yet.
    update finance.match m
    set state = 'withdrawn', state_on = greatest(m.state_on, new.state_on),
      answered_by = new.answered_by, note = '银团的另一份额未成'
    from finance.match_state s
    where s.state = m.state and s.offer_state = 'offered' and m.offer_id = new.offer_id;
    if found then
      return null;  -- what was taken along leads the offer
    end if;
  end if;
  wanted := finance.joint_state(new.offer_id);
  if new.state = 'reduced' then
    perform finance.hold_only(new.offer_id, new.bank, new.approved_wan);
  elsif new.state = 'abandoned' and wanted = 'accepted' then
    perform finance.hold_only(new.offer_id, new.bank, 0);
  elsif offer.state = 'offered' and wanted = 'accepted' then
    perform finance.hold_only(new.offer_id, m.bank, 0)
    from finance.match m join finance.match_state s using (state)
    where m.offer_id = new.offer_id and s.offer_state <> 'accepted';
  end if;
  if offer.state = wanted and wanted <> 'offered' then
    return null;  -- another share stands, or the offer went first
  end if;
  select m.* into strict voice
  from finance.match m join finance.match_state s using (state)
  where m.offer_id = new.offer_id and s.offer_state = wanted
  order by m.bank <> new.bank, m.state_on desc, m.bank collate "C" limit 1;
  update allocation.offer o
  set state = wanted,
    due_on = coalesce(d.due_on, o.due_on),
    due_is_provisional = coalesce(d.due_is_provisional, o.due_is_provisional),
    lapses = o.detail ->> 'partner' is null and coalesce((
      select p.word = 'expire'
      from finance.match_state s
      join allocation.round r on r.round_id = o.round_id
      join policy.parameters p
        on p.version = r.policy_version and p.name = 'finance.silence.' || s.clock
      where s.state = voice.state), o.lapses),
    answered_by = coalesce(voice.answered_by, o.answered_by),
    answered_on = voice.state_on,
    answer_code = coalesce(voice.decline_code,
      case when wanted = 'released' then voice.state end, o.answer_code),
    answer_note = coalesce(voice.note, o.answer_note)
  from (select 1) one
  left join lateral (
    select m.due_on, m.due_is_provisional from finance.match m
    where m.offer_id = new.offer_id and m.due_on is not null
    order by m.due_on, m.bank collate "C" limit 1) d on true
  where o.offer_id = new.offer_id;
  return null;
end $$;
comment on function finance.lead_offer() is '对接状态变化时，拟配置及其期限、占用随之变化';
create trigger _600_lead_offer after update of state on finance.match
  for each row when (old.state is distinct from new.state)
  execute function finance.lead_offer();

-- An offer that the night expires or the office withdraws takes its match along. Nobody accepts an
-- offer for a bank: the arrows have no way from a recommendation straight to an approval.
create function finance.follow_offers() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update finance.match m
  set state = case n.state when 'accepted' then 'approved' else n.state end,
    state_on = greatest(m.state_on, coalesce(n.answered_on, n.due_on)),
    approved_wan = case n.state when 'accepted' then m.amount_wan else m.approved_wan end,
    answered_by = coalesce(n.answered_by, m.answered_by),
    decline_code = case n.state when 'declined' then n.answer_code end,
    note = coalesce(n.answer_note, m.note)
  from new_rows n
  join old_rows o using (offer_id)
  where n.mechanism = 'finance' and n.state <> o.state and m.offer_id = n.offer_id
    and exists (
      select from finance.match_state s where s.state = m.state and s.offer_state = o.state);
  return null;
end $$;
comment on function finance.follow_offers() is '拟配置失效、撤回或谢绝时，对接随之变化';
create trigger _500_follow_offers after update on allocation.offer
  referencing old table as old_rows new table as new_rows
  for each statement execute function finance.follow_offers();

-- Offers, then lines, then matches: the order of everybody who answers.
create function finance.end_silence(of_jurisdiction text, on_date date) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  overdue bigint[] := array(
    select distinct m.offer_id from finance.match m
    where m.jurisdiction = of_jurisdiction and m.due_on < on_date);
begin
  perform from allocation.offer o where o.offer_id = any (overdue) order by o.offer_id for update;
  perform from allocation.lot_head h
  where h.lot in (select u.lot from allocation.offer_use u where u.offer_id = any (overdue))
  order by h.lot collate "C" for update;
  update finance.match m set flagged_on = on_date
  where m.offer_id = any (overdue) and m.due_on < on_date and m.flagged_on is null;
  update finance.match m
  set state = 'expired', state_on = greatest(m.state_on, m.due_on)
  from finance.match_state s, allocation.offer o, allocation.round r, policy.parameters p
  where m.offer_id = any (overdue) and m.due_on < on_date
    and s.state = m.state and o.offer_id = m.offer_id and r.round_id = o.round_id
    and p.version = r.policy_version and p.name = 'finance.silence.' || s.clock
    and p.word = 'expire';
end $$;
comment on function finance.end_silence(text, date) is
  '夜间标出逾期未答复的对接，按政策使其失效';

-- ── what a round reads ──────────────────────────────────────────────────────────────────────────

create function finance.exposure_on(of_jurisdiction text, on_date date)
returns table (bank text, uscc text, amount_wan bigint, drawn_wan bigint)
language sql stable
as $$
  select m.bank, m.uscc, sum(finance.exposure(m))::bigint,
    coalesce(sum(m.approved_wan) filter (where m.state = 'drawn' and not exists (
      select from finance.match n join finance.match_state t using (state)
      where n.renews = m.offer_id and n.bank = m.bank and t.is_exposure)), 0)::bigint
  from finance.match m
  join finance.match_state s using (state)
  join allocation.offer o using (offer_id)
  where m.jurisdiction = of_jurisdiction and s.is_exposure
    and not (o.state = 'offered' and o.lapses and o.due_on < on_date)
  group by m.bank, m.uscc
$$;
comment on function finance.exposure_on(text, date) is
  '某日各企业在各银行推荐中与存续的贷款，及其中可由续贷接续的已放款额（万元）';

create function finance.refused_pairs(of_jurisdiction text)
returns table (request text, bank text)
language sql stable
as $$
  select m.request, m.bank from finance.match m
  where m.jurisdiction = of_jurisdiction and m.state in ('declined', 'abandoned')
  group by m.request, m.bank
  having not exists (
    select from allocation.lifted_decline l
    where l.mechanism = 'finance' and l.request = m.request and l.resource = m.bank
      and l.lifted_on >= max(m.state_on))
$$;
comment on function finance.refused_pairs(text) is '银行谢绝或企业放弃、且未解除的（需求，银行）';

create function finance.inclusive_wan(of_lot text, on_date date) returns bigint
language sql stable
as $$
  select coalesce(sum(u.amount), 0)::bigint
  from allocation.offer_use u
  join allocation.offer o using (offer_id)
  join registry.enterprises e on e.uscc = o.uscc
  where u.lot = of_lot and e.size in ('small', 'micro')
    and (o.state = 'accepted'
      or (o.state = 'offered' and (o.due_on >= on_date or not o.lapses))
      or (o.state = 'released' and o.answer_code in ('repaid', 'renewed')))
$$;
comment on function finance.inclusive_wan(text, date) is '一条额度已用于小型、微型企业的金额（万元）';
