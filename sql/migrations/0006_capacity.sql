-- The capacity ledger: what was granted, what an offer holds, what a commitment uses, for every
-- mechanism alike; and the snapshot from which a round was computed.
--
-- Double entry: a movement takes an amount out of one account of a lot and puts it into another.
-- A balance is a query over movements. No account but `source` may fall below zero, and one counter
-- row a lot makes that true for concurrent writers at every isolation level.

set local role yaosu_owner;

-- ── parts of a whole ────────────────────────────────────────────────────────────────────────────

-- What belongs to a computation comes with it, in its event, or not at all: allocation.require_own_round()
-- for any computation. Arguments: its table, and the column that both have.
create function audit.require_own_event() returns trigger
language plpgsql
as $$
declare
  is_foreign boolean;
begin
  execute format(
    'select exists (
      select from (select distinct n.%2$I as whole from new_rows n) n
      left join %1$s w on w.%2$I = n.whole
      where w.event_id is distinct from $1)', tg_argv[0]::regclass, tg_argv[1])
    into is_foreign using audit.open_event_id();
  if is_foreign then
    raise exception '%.% is written with its %, in one event', tg_table_schema, tg_table_name,
      tg_argv[0] using errcode = 'object_not_in_prerequisite_state';
  end if;
  return null;
end $$;
comment on function audit.require_own_event() is '一次计算所属各行，只与该计算同一事件写入';

-- ── lots and movements ──────────────────────────────────────────────────────────────────────────

create table allocation.lot (
  lot text primary key,
  mechanism allocation.mechanism not null,
  kind text not null,
  resource text not null,
  unit text not null,
  jurisdiction text not null references registry.regions (code),
  department text,
  period daterange not null check (not isempty(period)),
  carry_over boolean not null default false,
  document_no text check (document_no <> ''),
  constraint lot_no_overlap exclude using gist
    (jurisdiction with =, kind with =, resource with =, period with &&)
    deferrable initially immediate
);
comment on table allocation.lot is '额度批次：一宗地、一项指标、一条授信等可供配置的额度，各有期间与文号';
comment on column allocation.lot.lot is '批次编号：类别:登记编号';
comment on column allocation.lot.mechanism is '机制';
comment on column allocation.lot.kind is '类别，与约束行的类别相同';
comment on column allocation.lot.resource is '所属资源编号，与约束行的资源相同';
comment on column allocation.lot.unit is '单位';
comment on column allocation.lot.jurisdiction is '辖区（地级市代码）';
comment on column allocation.lot.department is '负责部门';
comment on column allocation.lot.period is '有效期间';
comment on column allocation.lot.carry_over is '期满时余额可结转至后一批次';
comment on column allocation.lot.document_no is '下达文号，导入时未附则为空';
select audit.watch('allocation.lot', array['lot']);
grant update (period, carry_over, document_no, unit, department) on allocation.lot to yaosu_service;

-- Not watched: the movements themselves are the history; this row is what writers queue on.
create table allocation.lot_head (
  lot text primary key references allocation.lot on delete cascade,
  movements bigint not null default 0
);
comment on table allocation.lot_head is '批次的记账序号：记账者在此排队';
comment on column allocation.lot_head.lot is '批次编号';
comment on column allocation.lot_head.movements is '已记分录数';

create table allocation.movement (
  movement_id bigint generated always as identity primary key,
  from_lot text not null references allocation.lot,
  from_account text not null check (from_account in ('source', 'free', 'offered', 'committed')),
  to_lot text not null references allocation.lot,
  to_account text not null check (to_account in ('source', 'free', 'offered', 'committed')),
  amount numeric(18, 4) not null check (amount > 0),
  cause text not null check (cause in
    ('grant', 'reduction', 'transfer', 'carry_over', 'offer', 'commitment', 'release')),
  offer_id bigint references allocation.offer,
  decision_id bigint,
  document_no text check (document_no <> ''),
  constraint movement_between_two check ((from_lot, from_account) <> (to_lot, to_account)),
  constraint movement_of_offer check (
    (cause in ('offer', 'commitment', 'release')) = (offer_id is not null)),
  constraint movement_across_lots check (
    (from_lot <> to_lot) = (cause in ('transfer', 'carry_over')))
);
create index on allocation.movement (from_lot);
create index on allocation.movement (to_lot);
create index on allocation.movement (offer_id);
comment on table allocation.movement is '复式分录：由一批次的一账户转入另一账户，只增不改；余额是对分录的查询';
comment on column allocation.movement.movement_id is '分录编号';
comment on column allocation.movement.from_lot is '转出批次';
comment on column allocation.movement.from_account is
  '转出账户：source 来源、free 可用、offered 拟配置占用、committed 配置占用';
comment on column allocation.movement.to_lot is '转入批次';
comment on column allocation.movement.to_account is '转入账户，取值同上';
comment on column allocation.movement.amount is '数量，单位同批次';
comment on column allocation.movement.cause is
  '缘由：grant 下达、reduction 核减、transfer 调剂、carry_over 结转、offer 拟配置占用、commitment 转为配置、release 释放';
comment on column allocation.movement.offer_id is '拟配置编号';
comment on column allocation.movement.decision_id is '会商决定编号';
comment on column allocation.movement.document_no is '依据文号';
select audit.watch('allocation.movement', array['movement_id'], false);
create trigger append_only before update or delete on allocation.movement
  for each statement execute function audit.refuse_change();

create view allocation.balance as
  select e.lot, e.account, sum(e.amount) as amount
  from (
    select m.to_lot as lot, m.to_account as account, m.amount from allocation.movement m
    union all
    select m.from_lot, m.from_account, -m.amount from allocation.movement m) e
  group by e.lot, e.account;
comment on view allocation.balance is '各批次各账户的余额';
comment on column allocation.balance.lot is '批次编号';
comment on column allocation.balance.account is '账户';
comment on column allocation.balance.amount is '余额';

-- Writers of the same lot queue on its counter in the order of lots' names; whoever comes second
-- sees what the first has written, or under REPEATABLE READ fails to serialise and tries again.
create function allocation.keep_balances() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  short record;
begin
  perform from allocation.lot_head h
  where h.lot in (select n.from_lot from new_rows n union select n.to_lot from new_rows n)
  order by h.lot collate "C" for update;
  update allocation.lot_head h set movements = h.movements + 1
  where h.lot in (select n.from_lot from new_rows n union select n.to_lot from new_rows n);
  select e.lot, e.account, sum(e.amount) as amount into short
  from (
    select m.to_lot as lot, m.to_account as account, m.amount from allocation.movement m
    where m.to_lot in (select n.from_lot from new_rows n)
    union all
    select m.from_lot, m.from_account, -m.amount from allocation.movement m
    where m.from_lot in (select n.from_lot from new_rows n)) e
  where e.account <> 'source'
  group by e.lot, e.account
  having sum(e.amount) < 0
  order by e.lot collate "C", e.account
  limit 1;
  if short.lot is not null then
    raise exception 'lot %: % is short by %', short.lot, short.account, -short.amount
      using errcode = 'check_violation', constraint = 'lot_balance', schema = 'allocation',
        table = 'movement', column = short.account,
        detail = jsonb_build_object(
          'lot', short.lot, 'account', short.account, 'short', -short.amount)::text;
  end if;
  return null;
end $$;
comment on function allocation.keep_balances() is '除来源外，任何账户的余额不得为负，并发时亦然';
create trigger _400_balances after insert on allocation.movement
  referencing new table as new_rows
  for each statement execute function allocation.keep_balances();

create function allocation.open_head() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into allocation.lot_head (lot) values (new.lot);
  return null;
end $$;
comment on function allocation.open_head() is '为新批次建立记账序号';
create trigger _400_head after insert on allocation.lot
  for each row execute function allocation.open_head();

-- ── what an offer holds ─────────────────────────────────────────────────────────────────────────

create table allocation.offer_use (
  offer_id bigint not null references allocation.offer,
  lot text not null references allocation.lot,
  amount numeric(18, 4) not null check (amount > 0),
  primary key (offer_id, lot)
);
comment on table allocation.offer_use is '拟配置占用的各批次额度';
comment on column allocation.offer_use.offer_id is '拟配置编号';
comment on column allocation.offer_use.lot is '批次编号';
comment on column allocation.offer_use.amount is '占用量，单位同批次';
select audit.watch('allocation.offer_use', array['offer_id', 'lot'], false);

create function allocation.hold_use() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from new_rows n join allocation.offer o using (offer_id)
    where o.event_id <> audit.open_event_id() or o.state <> 'offered') then
    raise exception 'what an offer uses is written with the offer'
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into allocation.movement
    (from_lot, from_account, to_lot, to_account, amount, cause, offer_id)
  select n.lot, 'free', n.lot, 'offered', n.amount, 'offer', n.offer_id from new_rows n;
  return null;
end $$;
comment on function allocation.hold_use() is '拟配置写入时占用额度';
create trigger _300_hold after insert on allocation.offer_use
  referencing new table as new_rows
  for each statement execute function allocation.hold_use();

create function allocation.move_use() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into allocation.movement
    (from_lot, from_account, to_lot, to_account, amount, cause, offer_id)
  select u.lot,
    case o.state when 'accepted' then 'committed' else o.state end,
    u.lot,
    case n.state when 'accepted' then 'committed' else 'free' end,
    u.amount,
    case n.state when 'accepted' then 'commitment' else 'release' end,
    u.offer_id
  from new_rows n
  join old_rows o using (offer_id)
  join allocation.offer_use u using (offer_id)
  where o.state in ('offered', 'accepted') and n.state <> o.state;
  return null;
end $$;
comment on function allocation.move_use() is '拟配置状态变化时，额度随之转为配置或释放';
create trigger _400_move_use after update on allocation.offer
  referencing old table as old_rows new table as new_rows
  for each statement execute function allocation.move_use();

-- ── what is free on a date ──────────────────────────────────────────────────────────────────────

alter table allocation.offer add column lapses boolean not null default true;
comment on column allocation.offer.lapses is '逾期未答复即失效；为假者只作提示，仍占用额度';

create or replace function allocation.live_offers(on_date date) returns setof allocation.offer
language sql stable
as $$
  select o.* from allocation.offer o
  where o.state = 'accepted'
    or (o.state = 'offered' and (o.due_on >= on_date or not o.lapses))
$$;

-- An offer past its deadline counts as free: the night that asks also expires it.
create function allocation.free_lots(of_mechanism text, of_jurisdiction text, on_date date)
returns table (lot text, kind text, resource text, unit text, free numeric)
language sql stable
as $$
  select l.lot, l.kind, l.resource, l.unit,
    coalesce((
      select b.amount from allocation.balance b where b.lot = l.lot and b.account = 'free'), 0)
    + coalesce((
      select sum(u.amount)
      from allocation.offer_use u join allocation.offer o using (offer_id)
      where u.lot = l.lot and o.state = 'offered' and o.due_on < on_date and o.lapses), 0)
  from allocation.lot l
  where l.mechanism = of_mechanism and l.jurisdiction = of_jurisdiction and l.period @> on_date
$$;
comment on function allocation.free_lots(text, text, date) is
  '某日有效的各批次可用余额；逾期未答复的拟配置按已释放计';

-- ── lots follow the registry ────────────────────────────────────────────────────────────────────

create type allocation.lot_grant as (
  lot text, mechanism text, kind text, resource text, unit text, jurisdiction text,
  department text, period daterange, amount numeric);
comment on type allocation.lot_grant is '登记表中一行所对应的批次与数量';

-- Brings lots and what was granted to them to what the registry says; the difference is a movement.
create function allocation.follow_grants(wanted allocation.lot_grant[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update allocation.lot l
  set period = w.period, unit = w.unit, department = w.department
  from unnest(wanted) w
  where w.lot = l.lot
    and (l.period, l.unit, l.department) is distinct from (w.period, w.unit, w.department);
  insert into allocation.lot
    (lot, mechanism, kind, resource, unit, jurisdiction, department, period)
  select w.lot, w.mechanism, w.kind, w.resource, w.unit, w.jurisdiction, w.department, w.period
  from unnest(wanted) w
  where not exists (select from allocation.lot l where l.lot = w.lot);
  insert into allocation.movement (from_lot, from_account, to_lot, to_account, amount, cause)
  select d.lot, case when d.amount > 0 then 'source' else 'free' end,
    d.lot, case when d.amount > 0 then 'free' else 'source' end,
    abs(d.amount), case when d.amount > 0 then 'grant' else 'reduction' end
  from (
    select w.lot, w.amount - coalesce((
        select sum(case m.cause when 'grant' then m.amount else -m.amount end)
        from allocation.movement m
        where m.to_lot = w.lot and m.cause in ('grant', 'reduction')
          and m.decision_id is null), 0) as amount
    from unnest(wanted) w) d
  where d.amount <> 0;
end $$;
comment on function allocation.follow_grants(allocation.lot_grant[]) is
  '使批次及其下达量与登记相符，差额记一笔分录；核减不得超出可用余额';

create function allocation.parcel_grant(p registry.parcels) returns allocation.lot_grant
language sql immutable
as $$
  select row('parcel:' || p.code, 'land', 'parcel', p.code, 'mu', p.jurisdiction, p.department,
    daterange(null, null), p.area_mu)::allocation.lot_grant
$$;
comment on function allocation.parcel_grant(registry.parcels) is '地块所对应的批次';

create function allocation.quota_grant(q registry.land_quotas) returns allocation.lot_grant
language sql immutable
as $$
  select row('quota:' || q.code, 'land', q.kind, q.region, q.unit, q.jurisdiction, q.department,
    q.period, q.amount)::allocation.lot_grant
$$;
comment on function allocation.quota_grant(registry.land_quotas) is '用地指标所对应的批次';

-- Argument: the function that makes a grant of a row of the table.
create function allocation.follow_registry() returns trigger
language plpgsql
as $$
declare
  wanted allocation.lot_grant[];
begin
  execute format(
    'select array_agg(g order by g.lot collate "C")
      from new_rows n join %1$I.%2$I t on t.code = n.code
      cross join lateral %3$s(t) g', tg_table_schema, tg_table_name, tg_argv[0]) into wanted;
  perform allocation.follow_grants(wanted);
  return null;
end $$;
comment on function allocation.follow_registry() is '登记变化时，批次与下达量随之变化';

create function allocation.take_back_grant() returns trigger
language plpgsql
as $$
declare
  wanted allocation.lot_grant;
begin
  execute format('select %s($1)', tg_argv[0]) into wanted using old;
  wanted.amount := 0;
  perform allocation.follow_grants(array[wanted]);
  return null;
end $$;
comment on function allocation.take_back_grant() is '登记删除时收回下达量；已占用的不得收回';

do $$
declare
  source record;
begin
  for source in select * from (values
    ('parcels', 'allocation.parcel_grant'), ('land_quotas', 'allocation.quota_grant')) s (name, f)
  loop
    execute format('create trigger _400_grant_insert after insert on registry.%I
      referencing new table as new_rows for each statement
      execute function allocation.follow_registry(%L)', source.name, source.f);
    execute format('create trigger _400_grant_update after update on registry.%I
      referencing new table as new_rows for each statement
      execute function allocation.follow_registry(%L)', source.name, source.f);
    execute format('create trigger _400_grant_delete after delete on registry.%I
      for each row execute function allocation.take_back_grant(%L)', source.name, source.f);
  end loop;
end $$;

-- What the registry held before there was a ledger. On a new database the event of the default
-- policy is still open.
do $$
begin
  if exists (select from registry.parcels) or exists (select from registry.land_quotas) then
    if audit.open_event_id() is null then
      perform audit.begin('yaosu migrate', 'capacity ledger', 'opening balances');
    end if;
    perform allocation.follow_grants(
      (select array_agg(allocation.parcel_grant(p)) from registry.parcels p));
    perform allocation.follow_grants(
      (select array_agg(allocation.quota_grant(q)) from registry.land_quotas q));
  end if;
end $$;

-- ── answers to offers ───────────────────────────────────────────────────────────────────────────

create table allocation.answer_code (
  mechanism allocation.mechanism not null,
  code text not null check (code ~ '^[a-z_]+$'),
  meaning text not null,
  meaning_en text not null,
  primary key (mechanism, code)
);
comment on table allocation.answer_code is '谢绝、释放的缘由代码';
comment on column allocation.answer_code.mechanism is '机制';
comment on column allocation.answer_code.code is '代码';
comment on column allocation.answer_code.meaning is '含义';
comment on column allocation.answer_code.meaning_en is '含义（英文）';
revoke insert on allocation.answer_code from yaosu_service;
insert into allocation.answer_code values
  ('techvp', 'not_interested', '专家无意向', 'the expert does not want it'),
  ('techvp', 'not_released', '高校不予选派', 'the university does not send the expert'),
  ('techvp', 'unsuitable', '企业认为不合适', 'the enterprise finds it unsuitable'),
  ('techvp', 'ended', '提前终止', 'ended early'),
  ('land', 'site_unsuitable', '地块不合项目要求', 'the site does not suit the project'),
  ('land', 'price', '地价不能接受', 'the price is not acceptable'),
  ('land', 'project_changed', '项目变更或取消', 'the project has changed or ended'),
  ('land', 'not_signed', '逾期未签约', 'not signed in time'),
  ('land', 'taken_back', '依法收回', 'taken back by law');

-- An offer comes from a round or from a decision; who answered, when and why stays with it.
alter table allocation.offer
  alter column round_id drop not null,
  add column decision_id bigint,
  add column answered_by text check (answered_by <> ''),
  add column answered_on date,
  add column answer_code text,
  add column answer_note text check (answer_note <> ''),
  add constraint offer_has_one_origin check (num_nonnulls(round_id, decision_id) = 1),
  add constraint offer_answer_code
    foreign key (mechanism, answer_code) references allocation.answer_code,
  add constraint offer_answered check (
    state not in ('accepted', 'declined', 'released')
    or (answered_by is not null and answered_on is not null)) not valid,
  add constraint offer_declined_with_cause check (
    state not in ('declined', 'released') or answer_code is not null) not valid;
comment on column allocation.offer.decision_id is '会商决定编号：由决定直接产生的拟配置';
comment on column allocation.offer.answered_by is '答复者';
comment on column allocation.offer.answered_on is '答复日期';
comment on column allocation.offer.answer_code is '谢绝或释放的缘由代码';
comment on column allocation.offer.answer_note is '答复说明';
grant update (answered_by, answered_on, answer_code, answer_note) on allocation.offer
  to yaosu_service;

create table allocation.lifted_decline (
  mechanism allocation.mechanism not null,
  request text not null,
  resource text not null,
  lifted_on date not null,
  cause text not null check (cause <> ''),
  primary key (mechanism, request, resource, lifted_on)
);
comment on table allocation.lifted_decline is '解除的谢绝：此后该诉求与该资源可再次配对';
comment on column allocation.lifted_decline.mechanism is '机制';
comment on column allocation.lifted_decline.request is '诉求编号';
comment on column allocation.lifted_decline.resource is '资源编号';
comment on column allocation.lifted_decline.lifted_on is '解除日期';
comment on column allocation.lifted_decline.cause is '解除缘由';
select audit.watch('allocation.lifted_decline',
  array['mechanism', 'request', 'resource', 'lifted_on']);

create function allocation.declined_pairs(of_mechanism text, of_jurisdiction text)
returns table (request text, resource text)
language sql stable
as $$
  select o.request, o.resource from allocation.offer o
  where o.mechanism = of_mechanism and o.jurisdiction = of_jurisdiction and o.state = 'declined'
  group by o.request, o.resource
  having not exists (
    select from allocation.lifted_decline l
    where l.mechanism = of_mechanism and l.request = o.request and l.resource = o.resource
      and l.lifted_on >= max(o.answered_on))
$$;
comment on function allocation.declined_pairs(text, text) is '已被谢绝且未解除的（诉求，资源）';

-- ── the snapshot of a round ─────────────────────────────────────────────────────────────────────

create table allocation.round_snapshot (
  round_id bigint primary key references allocation.round,
  snapshot json not null
);
comment on table allocation.round_snapshot is '轮次所据的快照：试算由此改动，核验由此重算输入摘要';
comment on column allocation.round_snapshot.round_id is '轮次编号';
comment on column allocation.round_snapshot.snapshot is '快照（JSON）';
create trigger _900_own_round after insert on allocation.round_snapshot
  referencing new table as new_rows
  for each statement execute function audit.require_own_event('allocation.round', 'round_id');

grant select on allocation.balance to yaosu_service;
