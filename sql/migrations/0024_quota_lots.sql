-- Land, mended: quota lots under their document numbers, several a year; lots that follow a corrected
-- county or kind; offers counted as of another day than quotas; flags that end; exact idle limits.

set local role yaosu_owner;

-- ── quotas: several lots of a kind and county, each under its document ──────────────────────────

alter table registry.land_quotas
  add column document_no text check (document_no <> ''),
  add column carry_over boolean,
  drop constraint land_quotas_no_overlap,
  add constraint land_quotas_no_overlap exclude using gist
    (region with =, kind with =, (coalesce(document_no, '')) with =, period with &&)
    deferrable initially immediate;
comment on table registry.land_quotas is
  '用地指标：一行一个批次；同一县市区、同类、同一文号（或均无文号）的期间不得重叠';
comment on column registry.land_quotas.document_no is '下达文号，未附为空';
comment on column registry.land_quotas.carry_over is '期满时余额可结转至后一批次，未附即否';

-- The registry says which quotas may overlap; of everything else there is one lot a day.
alter table allocation.lot
  drop constraint lot_no_overlap,
  add constraint lot_no_overlap exclude using gist
    (jurisdiction with =, kind with =, resource with =, period with &&)
    where (kind not in ('construction_land', 'farmland_balance', 'energy'))
    deferrable initially immediate;

-- ── lots follow the registry in everything ──────────────────────────────────────────────────────

create function allocation.granted(of_lot text) returns numeric
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(sum(case m.cause when 'grant' then m.amount else -m.amount end), 0)
  from allocation.movement m
  where m.to_lot = of_lot and m.cause in ('grant', 'reduction') and m.decision_id is null
$$;
comment on function allocation.granted(text) is '一个批次依登记下达的数量';

create function allocation.least_grant(of_lot text) returns numeric
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select greatest(0, allocation.granted(of_lot) - coalesce((
    select b.amount from allocation.balance b where b.lot = of_lot and b.account = 'free'), 0))
$$;
comment on function allocation.least_grant(text) is
  '一个批次的下达数至少须为多少：已占用、已用与已调出者不得收回';

create function allocation.is_used(of_lot text) returns boolean
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from allocation.movement m
    where of_lot in (m.from_lot, m.to_lot)
      and (m.cause not in ('grant', 'reduction') or m.decision_id is not null))
$$;
comment on function allocation.is_used(text) is '批次已有占用、调剂、结转或会商追加';
grant execute on function allocation.granted(text), allocation.least_grant(text),
  allocation.is_used(text) to yaosu_service, yaosu_department;

create or replace function allocation.follow_grants(wanted allocation.lot_grant[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  used text;
begin
  -- A movement is one of its lot's county and kind: once something was done with a lot, both stay.
  select l.lot into used from allocation.lot l join unnest(wanted) w using (lot)
  where (l.kind, l.resource) is distinct from (w.kind, w.resource) and allocation.is_used(l.lot)
  order by l.lot collate "C" limit 1;
  if used is not null then
    raise exception 'lot %: offers, decisions or transfers have used it; its county and kind stay',
      used using errcode = 'check_violation', constraint = 'lot_in_use', schema = 'allocation',
        table = 'lot';
  end if;
  update allocation.lot l
  set period = w.period, unit = w.unit, department = w.department, kind = w.kind,
    resource = w.resource, jurisdiction = w.jurisdiction
  from unnest(wanted) w
  where w.lot = l.lot
    and (l.period, l.unit, l.department, l.kind, l.resource, l.jurisdiction)
      is distinct from (w.period, w.unit, w.department, w.kind, w.resource, w.jurisdiction);
  insert into allocation.lot
    (lot, mechanism, kind, resource, unit, jurisdiction, department, period)
  select w.lot, w.mechanism, w.kind, w.resource, w.unit, w.jurisdiction, w.department, w.period
  from unnest(wanted) w
  where not exists (select from allocation.lot l where l.lot = w.lot);
  update allocation.lot l
  set document_no = q.document_no, carry_over = coalesce(q.carry_over, false)
  from registry.land_quotas q
  where l.lot = 'quota:' || q.code and l.lot in (select w.lot from unnest(wanted) w)
    and (l.document_no, l.carry_over)
      is distinct from (q.document_no, coalesce(q.carry_over, false));
  insert into allocation.movement
    (from_lot, from_account, to_lot, to_account, amount, cause, document_no)
  select d.lot, case when d.amount > 0 then 'source' else 'free' end,
    d.lot, case when d.amount > 0 then 'free' else 'source' end,
    abs(d.amount), case when d.amount > 0 then 'grant' else 'reduction' end,
    (select l.document_no from allocation.lot l where l.lot = d.lot)
  from (
    select w.lot, w.amount - allocation.granted(w.lot) as amount from unnest(wanted) w) d
  where d.amount <> 0;
end $$;

-- ── what is free, with offers counted as of another day ─────────────────────────────────────────

-- A session of a day to come is decided on that day's quotas, but nothing lapses before its time.
create function allocation.free_lots(
  of_mechanism text, of_jurisdiction text, on_date date, offers_on date)
returns table (
  lot text, kind text, resource text, unit text, free numeric, ends_on date)
language sql stable
as $$
  select l.lot, l.kind, l.resource, l.unit,
    coalesce((
      select b.amount from allocation.balance b where b.lot = l.lot and b.account = 'free'), 0)
    + coalesce((
      select sum(u.amount)
      from allocation.offer_use u join allocation.offer o using (offer_id)
      where u.lot = l.lot and o.state = 'offered' and o.due_on < offers_on and o.lapses), 0),
    upper(l.period) - 1
  from allocation.lot l
  where l.mechanism = of_mechanism and l.jurisdiction = of_jurisdiction and l.period @> on_date
$$;
comment on function allocation.free_lots(text, text, date, date) is
  '某日有效的各批次可用余额与截止日；至后一日逾期未答复的拟配置按已释放计';
grant execute on function allocation.free_lots(text, text, date, date) to yaosu_service;

-- ── the agenda ──────────────────────────────────────────────────────────────────────────────────

insert into land.blocking_cause values
  ('contested', '已拟配置，另有诉求争用该地块', 'offered, and others want the parcel',
    array['natural_resources', 'county']);

-- ── flags: raised, ended, raised again ──────────────────────────────────────────────────────────

alter table land.project_flag
  add column cleared_on date,
  add column fee_wan numeric(18, 4) check (fee_wan >= 0),
  add constraint project_flag_dates check (cleared_on >= flagged_on),
  add constraint project_flag_fee check (fee_wan is null or flag = 'idle_one_year');
comment on table land.project_flag is
  '夜间标出的项目警示；情形消除即注销，再次出现则重新标出，前后经过见审计历史';
comment on column land.project_flag.flagged_on is '最近一次标出的业务日';
comment on column land.project_flag.cleared_on is '情形消除、注销的业务日；空为仍在';
comment on column land.project_flag.fee_wan is
  '应征缴的闲置费（万元）：面积 × 起始价 × 比例，四舍五入至元；地块未登记起始价者为空';
grant update (flagged_on, cleared_on, fee_wan) on land.project_flag to yaosu_service;

-- ── parameters ──────────────────────────────────────────────────────────────────────────────────

-- A third is no decimal: the limit is told by its denominator. The city's indicator is 166.5 days, an
-- average. A version with which land rounds were computed stays as it was: their digests tell it.
insert into policy.unit values ('分之一', 1, 1000, true), ('日（平均）', 0.1, 3650, false);
alter table policy.parameters disable trigger _300_draft_only;
do $$
declare
  fresh integer[] := (
    select array_agg(v.version) from policy.versions v
    where not exists (
        select from allocation.round r where r.mechanism = 'land' and r.policy_version = v.version)
      -- Nobody's signature stands under other figures than those that were signed.
      and not exists (
        select from allocation.act a
        where a.kind = 'put_policy_in_force' and a.subject = v.version::text
          and a.state in ('asked', 'approved')));
begin
  if audit.open_event_id() is null then
    perform audit.begin('yaosu migrate', 'land', 'exact parameters');
  end if;
  update policy.parameters
  set number = case name when 'land.clock.signing_to_start' then 166.5 else number end,
    unit = '日（平均）', meaning = meaning || '（全市平均）'
  where version = any (fresh)
    and (name, number) in (('land.clock.signing_to_start', 166), ('land.clock.start_to_production', 295));
  update policy.parameters
  set number = 3, unit = '分之一', meaning = '已动工面积低于总面积的几分之一且中止满一年为闲置'
  where version = any (fresh) and (name, number) = ('land.limit.idle_developed', 0.3333);
end $$;
alter table policy.parameters enable trigger _300_draft_only;
