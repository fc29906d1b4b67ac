-- Land 土地: the Saturday consultation, its decisions and tasks, and a granted project's stages.
--
-- A decision is one row with the columns of its kind; what it does to quotas and offers goes
-- through the capacity ledger in the same transaction, so that a decision past its rights fails whole.

set local role none;
create schema if not exists land authorization yaosu_owner;
set local role yaosu_owner;

comment on schema land is '土地：会商、决定、任务与项目阶段';
grant usage on schema land to yaosu_service;
alter default privileges for role yaosu_owner in schema land
  grant select, insert on tables to yaosu_service;
alter default privileges for role yaosu_owner in schema land
  grant usage on sequences to yaosu_service;
alter default privileges for role yaosu_owner in schema land
  grant execute on functions to yaosu_service;

-- ── sessions ────────────────────────────────────────────────────────────────────────────────────

create table land.session_move (
  jurisdiction text not null references registry.regions (code),
  saturday date not null check (extract(isodow from saturday) = 6),
  held_on date not null check (extract(isodow from held_on) = 6),
  reason text not null check (reason <> ''),
  primary key (jurisdiction, saturday),
  check (held_on <> saturday)
);
comment on table land.session_move is '会商改期：某个星期六的会商改到另一个星期六，附缘由';
comment on column land.session_move.jurisdiction is '辖区（地级市代码）';
comment on column land.session_move.saturday is '原定星期六';
comment on column land.session_move.held_on is '改至';
comment on column land.session_move.reason is '缘由';
select audit.watch('land.session_move', array['jurisdiction', 'saturday']);
grant update (held_on, reason) on land.session_move to yaosu_service;

create table land.session (
  jurisdiction text not null references registry.regions (code),
  session_on date not null,
  number integer check (number > 0),
  state text not null default 'planned' check (state in ('planned', 'open', 'closed')),
  is_provisional boolean not null,
  minutes integer not null check (minutes between 1 and 1440),
  attending text[] not null default '{}',
  primary key (jurisdiction, session_on),
  unique (jurisdiction, number),
  constraint session_number check ((state = 'planned') = (number is null))
);
comment on table land.session is '“星期六”会商';
comment on column land.session.jurisdiction is '辖区（地级市代码）';
comment on column land.session.session_on is '召开日期';
comment on column land.session.number is '第几次，召开时编号';
comment on column land.session.state is '状态：planned 计划、open 进行中、closed 已结束';
comment on column land.session.is_provisional is '日期为预计：该年节假日通知尚未收录';
comment on column land.session.minutes is '时长（分钟）';
comment on column land.session.attending is '参会单位代码';
select audit.watch('land.session', array['jurisdiction', 'session_on']);
grant update (state, minutes, attending, is_provisional) on land.session to yaosu_service;
-- A planned session that is moved is drawn up anew on its other date.
grant delete on land.session to yaosu_service;

create function land.follow_session_arrow() returns trigger
language plpgsql
as $$
begin
  if (old.state, new.state) not in (('planned', 'open'), ('open', 'closed')) then
    raise exception 'session %: no arrow from % to %', old.session_on, old.state, new.state
      using errcode = 'check_violation', constraint = 'session_arrow', schema = 'land',
        table = 'session';
  end if;
  if new.state = 'open' then
    perform pg_advisory_xact_lock(hashtextextended('land.session ' || new.jurisdiction, 0));
    new.number := (
      select coalesce(max(s.number), 0) + 1 from land.session s
      where s.jurisdiction = new.jurisdiction);
  end if;
  return new;
end $$;
comment on function land.follow_session_arrow() is
  '会商只沿 计划 → 进行中 → 已结束 变化；召开时依次编号';
create trigger _300_arrow before update of state on land.session
  for each row when (old.state is distinct from new.state)
  execute function land.follow_session_arrow();

create function land.keep_session() returns trigger
language plpgsql
as $$
begin
  if old.state <> 'planned' then
    raise exception 'the session of % is %', old.session_on, old.state
      using errcode = 'check_violation', constraint = 'session_on_record', schema = 'land',
        table = 'session';
  end if;
  return old;
end $$;
comment on function land.keep_session() is '已召开的会商不得删除';
create trigger _300_keep before delete on land.session
  for each row execute function land.keep_session();

-- ── the agenda ──────────────────────────────────────────────────────────────────────────────────

create table land.blocking_cause (
  code text primary key check (code ~ '^[a-z_]+$'),
  meaning text not null,
  meaning_en text not null,
  departments text[] not null check (cardinality(departments) > 0)
);
comment on table land.blocking_cause is '未能安排的症结与可以解决的单位';
comment on column land.blocking_cause.code is '代码';
comment on column land.blocking_cause.meaning is '含义';
comment on column land.blocking_cause.meaning_en is '含义（英文）';
comment on column land.blocking_cause.departments is
  '可以解决的单位代码；county 即相关县市区';
revoke insert on land.blocking_cause from yaosu_service;
insert into land.blocking_cause values
  ('no_parcel_in_time', '期限内无净地', 'no clean parcel in time',
    array['natural_resources', 'county']),
  ('construction_land', '新增建设用地指标不足', 'construction land used up',
    array['natural_resources', 'county']),
  ('farmland_balance', '占补平衡指标不足', 'farmland balance used up',
    array['natural_resources', 'county']),
  ('energy', '能耗指标不足', 'energy used up', array['development_reform', 'county']),
  ('below_threshold', '低于地块门槛', 'below the parcel''s threshold',
    array['development_reform', 'industry']),
  ('no_parcel_fits', '无面积或行业相符的地块', 'no parcel fits in area or industry',
    array['natural_resources', 'county']),
  ('parcel_held', '地块已预留', 'the parcel is held back', array['office', 'natural_resources']),
  ('outbid', '得分不及', 'outbid', array['natural_resources']),
  ('declined', '已被谢绝', 'declined before', array['county']);

create table land.department (
  code text primary key check (code ~ '^[a-z_]+$'),
  name text not null
);
comment on table land.department is '市级单位';
comment on column land.department.code is '代码';
comment on column land.department.name is '名称';
revoke insert on land.department from yaosu_service;
insert into land.department values
  ('office', '要素保障办公室'), ('natural_resources', '自然资源和规划局'),
  ('development_reform', '发展和改革委员会'), ('industry', '经济和信息化局'),
  ('science', '科学技术局'), ('finance', '地方金融管理局'), ('ecology', '生态环境局'),
  ('agriculture', '农业农村局'), ('forestry', '林业局');

create function land.department_name(of_code text) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
    (select d.name from land.department d where d.code = of_code),
    (select r.name from registry.regions r where of_code = 'county:' || r.code),
    of_code)
$$;
comment on function land.department_name(text) is '单位名称；未收录者即其代码';
-- Views run functions as whoever reads them.
grant execute on function land.department_name(text) to yaosu_report;

create table land.agenda_item (
  jurisdiction text not null,
  session_on date not null,
  request text not null references registry.land_requests (number),
  round_id bigint not null references allocation.round,
  position integer check (position > 0),
  cause text not null references land.blocking_cause,
  figures jsonb not null check (jsonb_typeof(figures) = 'object'),
  departments text[] not null,
  worth bigint not null check (worth >= 0),
  worth_tax_wan bigint not null,
  minutes integer not null check (minutes > 0),
  raised_on date not null,
  carried integer not null default 0 check (carried >= 0),
  primary key (jurisdiction, session_on, request),
  unique (jurisdiction, session_on, position) deferrable initially deferred,
  foreign key (jurisdiction, session_on) references land.session
);
comment on table land.agenda_item is '会商议题：由最近一轮未能安排的诉求拟出';
comment on column land.agenda_item.jurisdiction is '辖区（地级市代码）';
comment on column land.agenda_item.session_on is '会商日期';
comment on column land.agenda_item.request is '诉求编号';
comment on column land.agenda_item.round_id is '所据轮次';
comment on column land.agenda_item.position is '议程次序，空为顺延至下次';
comment on column land.agenda_item.cause is '症结代码';
comment on column land.agenda_item.figures is '两边数值';
comment on column land.agenda_item.departments is '可以解决的单位';
comment on column land.agenda_item.worth is '解决后总分可增加';
comment on column land.agenda_item.worth_tax_wan is '解决后预计年税收的变化（万元）；他人因此落空者已扣除';
comment on column land.agenda_item.minutes is '所需分钟';
comment on column land.agenda_item.raised_on is '首次列为议题的会商日期';
comment on column land.agenda_item.carried is '已顺延次数';
select audit.watch('land.agenda_item', array['jurisdiction', 'session_on', 'request']);
-- A draft is drawn up anew until its session opens.
grant delete on land.agenda_item to yaosu_service;

create function land.keep_agenda() returns trigger
language plpgsql
as $$
begin
  if exists (
    select from land.session s
    where s.jurisdiction = coalesce(new.jurisdiction, old.jurisdiction)
      and s.session_on = coalesce(new.session_on, old.session_on) and s.state <> 'planned') then
    raise exception 'the session of % has begun; its agenda stands',
      coalesce(new.session_on, old.session_on)
      using errcode = 'check_violation', constraint = 'agenda_of_planned_session',
        schema = 'land', table = 'agenda_item';
  end if;
  return coalesce(new, old);
end $$;
comment on function land.keep_agenda() is '会商开始后议程不再改动';
create trigger _300_planned before insert or update or delete on land.agenda_item
  for each row execute function land.keep_agenda();

-- ── decisions ───────────────────────────────────────────────────────────────────────────────────

create table land.refusal_code (
  code text primary key check (code ~ '^[a-z_]+$'),
  meaning text not null,
  meaning_en text not null
);
comment on table land.refusal_code is '不予安排的缘由代码';
comment on column land.refusal_code.code is '代码';
comment on column land.refusal_code.meaning is '含义';
comment on column land.refusal_code.meaning_en is '含义（英文）';
revoke insert on land.refusal_code from yaosu_service;
insert into land.refusal_code values
  ('restricted_industry', '属限制或淘汰类产业', 'the industry is restricted or phased out'),
  ('low_benefit', '产出效益过低', 'too little benefit for the land'),
  ('energy_or_environment', '能耗或环境容量不允许', 'energy or the environment does not allow it'),
  ('idle_land_held', '企业尚有闲置土地', 'the enterprise still holds idle land'),
  ('materials_untrue', '材料不实', 'the materials are untrue'),
  ('project_withdrawn', '项目已撤回', 'the project was withdrawn'),
  ('other', '其他（见说明）', 'another reason, see the note');

create table land.decision (
  decision_id bigint generated always as identity primary key,
  jurisdiction text not null,
  session_on date not null,
  conclusion integer not null check (conclusion > 0),
  kind text not null check (kind in ('allocate', 'adjust_quota', 'waive_threshold',
    'hold_parcel', 'defer', 'refuse', 'assign_task')),
  request text references registry.land_requests (number),
  parcel text references registry.parcels (code),
  area_mu registry.mu check (area_mu > 0),
  from_lot text references allocation.lot,
  to_lot text references allocation.lot,
  amount numeric(18, 4) check (amount > 0),
  document_no text check (document_no <> ''),
  rule text check (rule in ('investment', 'tax')),
  until_on date,
  department text check (department <> ''),
  due_on date,
  due_is_provisional boolean,
  reason_code text references land.refusal_code,
  legal_basis text check (legal_basis <> '' and char_length(legal_basis) <= 200),
  note text check (note <> '' and char_length(note) <= 400),
  unique (jurisdiction, session_on, conclusion),
  -- Whoever does not know whether a decision was recorded may record it again.
  constraint decision_once unique nulls not distinct (jurisdiction, session_on, kind, request,
    parcel, area_mu, from_lot, to_lot, amount, document_no, rule, until_on, department, due_on,
    reason_code, legal_basis, note),
  constraint decision_dates_ahead check (until_on >= session_on and due_on >= session_on),
  constraint decision_other_reason check (reason_code <> 'other' or note is not null),
  foreign key (jurisdiction, session_on) references land.session,
  constraint decision_of_its_kind check (case kind
    when 'allocate' then
      num_nonnulls(request, parcel, area_mu) = 3
      and num_nonnulls(from_lot, to_lot, amount, rule, until_on, department, due_on,
        reason_code, legal_basis) = 0
    when 'adjust_quota' then
      num_nonnulls(to_lot, amount, document_no) = 3 and from_lot is distinct from to_lot
      and num_nonnulls(parcel, area_mu, rule, until_on, department, due_on, reason_code,
        legal_basis) = 0
    when 'waive_threshold' then
      num_nonnulls(request, rule) = 2
      and num_nonnulls(area_mu, from_lot, to_lot, amount, department, due_on, reason_code) = 0
    when 'hold_parcel' then
      num_nonnulls(parcel, until_on) = 2
      and num_nonnulls(area_mu, from_lot, to_lot, amount, rule, department, due_on,
        reason_code) = 0
    when 'defer' then
      num_nonnulls(request, until_on) = 2
      and num_nonnulls(parcel, area_mu, from_lot, to_lot, amount, rule, department, due_on,
        reason_code) = 0
    when 'refuse' then
      num_nonnulls(request, reason_code, legal_basis) = 3
      and num_nonnulls(parcel, area_mu, from_lot, to_lot, amount, rule, until_on, department,
        due_on) = 0
    else
      num_nonnulls(department, due_on, due_is_provisional, note) = 4
      and num_nonnulls(area_mu, from_lot, to_lot, amount, rule, until_on, reason_code) = 0
    end)
);
create index on land.decision (request);
create index on land.decision (parcel);
comment on table land.decision is '会商决定，只增不改';
comment on column land.decision.decision_id is '决定编号';
comment on column land.decision.jurisdiction is '辖区（地级市代码）';
comment on column land.decision.session_on is '会商日期';
comment on column land.decision.conclusion is '会议明确事项序号';
comment on column land.decision.kind is
  '类别：allocate 安排地块、adjust_quota 调整指标、waive_threshold 豁免门槛、hold_parcel 预留地块、defer 暂缓、refuse 不予安排、assign_task 交办';
comment on column land.decision.request is '诉求编号';
comment on column land.decision.parcel is '地块编号';
comment on column land.decision.area_mu is '安排面积（亩）';
comment on column land.decision.from_lot is '指标调出批次，空为上级追加';
comment on column land.decision.to_lot is '指标调入批次';
comment on column land.decision.amount is '调整数量，单位同批次';
comment on column land.decision.document_no is '依据文号';
comment on column land.decision.rule is '所豁免的门槛：investment 投资强度、tax 亩均税收';
comment on column land.decision.until_on is '至何日（含）';
comment on column land.decision.department is '责任单位代码';
comment on column land.decision.due_on is '完成期限';
comment on column land.decision.due_is_provisional is '期限为预计：该年节假日通知尚未收录';
comment on column land.decision.reason_code is '不予安排的缘由代码';
comment on column land.decision.legal_basis is '法律法规依据';
comment on column land.decision.note is '说明';
select audit.watch('land.decision', array['decision_id']);
create trigger append_only before update or delete on land.decision
  for each statement execute function audit.refuse_change();

alter table allocation.offer
  add constraint offer_of_decision foreign key (decision_id) references land.decision;
alter table allocation.movement
  add constraint movement_of_decision foreign key (decision_id) references land.decision;

-- Closing a session waits for decisions under way, and they for it.
create function land.require_open_session() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  session_state text;
begin
  select s.state into session_state from land.session s
  where s.jurisdiction = new.jurisdiction and s.session_on = new.session_on
  for no key update;
  if session_state is distinct from 'open' then
    raise exception 'the session of % is %', new.session_on, coalesce(session_state, 'not planned')
      using errcode = 'check_violation', constraint = 'decision_in_open_session',
        schema = 'land', table = 'decision';
  end if;
  new.conclusion := coalesce(new.conclusion, (
    select coalesce(max(d.conclusion), 0) + 1 from land.decision d
    where d.jurisdiction = new.jurisdiction and d.session_on = new.session_on));
  return new;
end $$;
comment on function land.require_open_session() is '只有进行中的会商可以作出决定；明确事项依次编号';
create trigger _300_open_session before insert on land.decision
  for each row execute function land.require_open_session();

create function land.adjust_quota() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  giver allocation.lot;
  taker allocation.lot;
begin
  select * into taker from allocation.lot l where l.lot = new.to_lot;
  select * into giver from allocation.lot l where l.lot = coalesce(new.from_lot, new.to_lot);
  if taker.kind not in ('construction_land', 'farmland_balance', 'energy')
    or (giver.kind, giver.jurisdiction) is distinct from (taker.kind, taker.jurisdiction)
    or taker.jurisdiction <> new.jurisdiction then
    raise exception 'lot % cannot give to lot %', giver.lot, taker.lot
      using errcode = 'check_violation', constraint = 'decision_lots_alike',
        schema = 'land', table = 'decision';
  end if;
  if new.from_lot is not null and giver.resource = taker.resource then
    raise exception 'lots % and % are of one county', giver.lot, taker.lot
      using errcode = 'check_violation', constraint = 'decision_lots_of_two_counties',
        schema = 'land', table = 'decision';
  end if;
  if not (giver.period @> new.session_on and taker.period @> new.session_on) then
    raise exception 'lots % and % are not both valid on %', giver.lot, taker.lot, new.session_on
      using errcode = 'check_violation', constraint = 'decision_lots_valid',
        schema = 'land', table = 'decision';
  end if;
  insert into allocation.movement
    (from_lot, from_account, to_lot, to_account, amount, cause, decision_id, document_no)
  values (giver.lot, case when new.from_lot is null then 'source' else 'free' end,
    taker.lot, 'free', new.amount,
    case when new.from_lot is null then 'grant' else 'transfer' end,
    new.decision_id, new.document_no);
  return null;
end $$;
comment on function land.adjust_quota() is '指标调整：两县市区同类有效指标之间调剂，或上级追加';
create trigger _400_adjust_quota after insert on land.decision
  for each row when (new.kind = 'adjust_quota') execute function land.adjust_quota();

create table land.task (
  decision_id bigint primary key references land.decision,
  state text not null default 'open' check (state in ('open', 'done')),
  done_on date,
  result text check (result <> ''),
  check ((state = 'done') = (done_on is not null and result is not null))
);
comment on table land.task is '会商交办的任务';
comment on column land.task.decision_id is '决定编号';
comment on column land.task.state is '状态：open 办理中、done 办结';
comment on column land.task.done_on is '办结日期';
comment on column land.task.result is '办理结果';
select audit.watch('land.task', array['decision_id']);
grant update (state, done_on, result) on land.task to yaosu_service;

create function land.open_task() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into land.task (decision_id) values (new.decision_id);
  return null;
end $$;
comment on function land.open_task() is '交办决定产生任务';
create trigger _400_open_task after insert on land.decision
  for each row when (new.kind = 'assign_task') execute function land.open_task();

-- ── what decisions mean on a date ───────────────────────────────────────────────────────────────

-- A later decision on the same request, rule and parcel takes the place of an earlier one.
create function land.waivers(of_jurisdiction text, on_date date)
returns table (request text, rule text, parcel text)
language sql stable
as $$
  select d.request, d.rule, d.parcel
  from (
    select distinct on (d.request, d.rule, d.parcel) d.*
    from land.decision d
    where d.jurisdiction = of_jurisdiction and d.kind = 'waive_threshold'
      and d.session_on <= on_date
    order by d.request, d.rule, d.parcel, d.decision_id desc) d
  where d.until_on is null or d.until_on >= on_date
$$;
comment on function land.waivers(text, date) is '某日有效的门槛豁免；地块为空即所有地块';

create function land.holds(of_jurisdiction text, on_date date)
returns table (parcel text, request text, until_on date)
language sql stable
as $$
  select d.parcel, d.request, d.until_on
  from (
    select distinct on (d.parcel) d.* from land.decision d
    where d.jurisdiction = of_jurisdiction and d.kind = 'hold_parcel'
      and d.session_on <= on_date
    order by d.parcel, d.decision_id desc) d
  where d.until_on >= on_date
$$;
comment on function land.holds(text, date) is '某日仍在预留的地块；有诉求者，只为该诉求预留';

create function land.closed_requests(of_jurisdiction text, on_date date)
returns table (request text, kind text, until_on date)
language sql stable
as $$
  select d.request, d.kind, d.until_on
  from (
    select distinct on (d.request) d.* from land.decision d
    where d.jurisdiction = of_jurisdiction and d.kind in ('defer', 'refuse')
      and d.session_on <= on_date
    order by d.request, d.decision_id desc) d
  where d.kind = 'refuse' or d.until_on >= on_date
$$;
comment on function land.closed_requests(text, date) is '某日暂缓或不予安排的诉求';

-- ── stages of a granted project ─────────────────────────────────────────────────────────────────

create table land.project (
  offer_id bigint primary key references allocation.offer,
  start_due_on date,
  production_due_on date,
  developed_mu registry.mu,
  invested_wan registry.wan,
  stopped_on date
);
comment on table land.project is '已获配土地的项目';
comment on column land.project.offer_id is '配置（已接受的拟配置）编号';
comment on column land.project.start_due_on is '约定开工日期';
comment on column land.project.production_due_on is '约定投产日期';
comment on column land.project.developed_mu is '已动工开发面积（亩）';
comment on column land.project.invested_wan is '已投资额（万元）';
comment on column land.project.stopped_on is '中止开发建设之日';
select audit.watch('land.project', array['offer_id']);
grant update (start_due_on, production_due_on, developed_mu, invested_wan, stopped_on)
  on land.project to yaosu_service;

create function land.open_project() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into land.project (offer_id) values (new.offer_id);
  return null;
end $$;
comment on function land.open_project() is '土地拟配置被接受，即为项目';
create trigger _500_project after update of state on allocation.offer
  for each row when (new.mechanism = 'land' and old.state = 'offered' and new.state = 'accepted')
  execute function land.open_project();

create table land.project_stage (
  offer_id bigint not null references land.project,
  stage text not null check (stage in ('signed', 'acquired', 'started', 'producing')),
  reached_on date not null,
  primary key (offer_id, stage)
);
comment on table land.project_stage is '项目阶段：签约 → 摘牌 → 开工 → 投产';
comment on column land.project_stage.offer_id is '配置编号';
comment on column land.project_stage.stage is
  '阶段：signed 签约、acquired 摘牌、started 开工、producing 投产';
comment on column land.project_stage.reached_on is '到达日期';
select audit.watch('land.project_stage', array['offer_id', 'stage']);

create function land.follow_stages() returns trigger
language plpgsql
as $$
declare
  stages constant text[] := array['signed', 'acquired', 'started', 'producing'];
  place constant integer := array_position(stages, new.stage);
  before date := (
    select max(s.reached_on) from land.project_stage s
    where s.offer_id = new.offer_id and array_position(stages, s.stage) < place);
begin
  perform from land.project p where p.offer_id = new.offer_id for update;
  if place > 1 and not exists (
    select from land.project_stage s
    where s.offer_id = new.offer_id and s.stage = stages[place - 1]) then
    raise exception 'project %: % comes after %', new.offer_id, new.stage, stages[place - 1]
      using errcode = 'check_violation', constraint = 'project_stage_order',
        schema = 'land', table = 'project_stage';
  end if;
  if new.reached_on < before then
    raise exception 'project %: % before %', new.offer_id, new.reached_on, before
      using errcode = 'check_violation', constraint = 'project_stage_dates',
        schema = 'land', table = 'project_stage';
  end if;
  return new;
end $$;
comment on function land.follow_stages() is '阶段依次到达，日期不得倒退';
create trigger _300_order before insert on land.project_stage
  for each row execute function land.follow_stages();

create table land.project_flag (
  offer_id bigint not null references land.project,
  flag text not null check (flag in
    ('start_overdue', 'production_overdue', 'idle_one_year', 'idle_two_years')),
  flagged_on date not null,
  primary key (offer_id, flag)
);
comment on table land.project_flag is '夜间标出的项目警示，每项只标一次';
comment on column land.project_flag.offer_id is '配置编号';
comment on column land.project_flag.flag is
  '警示：start_overdue 逾期未开工、production_overdue 逾期未投产、idle_one_year 闲置满一年（征缴闲置费）、idle_two_years 闲置满两年（无偿收回）';
comment on column land.project_flag.flagged_on is '标出的业务日';
select audit.watch('land.project_flag', array['offer_id', 'flag']);

-- ── parameters ──────────────────────────────────────────────────────────────────────────────────

-- A parameter that a version could not know yet takes its default there, so that the version stays
-- complete; nothing that has been computed with it read this parameter.
alter table policy.parameters disable trigger _300_draft_only;
do $$
begin
  if audit.open_event_id() is null then
    perform audit.begin('yaosu migrate', 'land', 'default parameters');
  end if;
  insert into policy.parameters (version, name, number, unit, meaning)
  select v.version, p.name, p.number, p.unit, p.meaning
  from policy.versions v
  cross join (values
    ('land.clock.signing_to_start', 166, '日', '签约至开工的考核天数'),
    ('land.clock.start_to_production', 295, '日', '开工至投产的考核天数'),
    ('land.clock.idle_fee', 365, '日', '逾约定开工日至此，征缴闲置费'),
    ('land.clock.idle_take_back', 730, '日', '逾约定开工日至此，可无偿收回'),
    ('land.limit.idle_fee', 0.20, '比例', '闲置费占土地价款'),
    ('land.limit.idle_developed', 0.3333, '比例', '已动工面积低于此比例且中止满一年为闲置'),
    ('land.limit.idle_invested', 0.25, '比例', '已投资额低于此比例且中止满一年为闲置'),
    ('land.clock.item', 20, '分钟', '一个议题的时长'),
    ('land.clock.item_each_department', 5, '分钟', '每多一个单位增加的时长'),
    ('land.agenda.carried', 0.10, '权重', '议题每顺延一次，价值增加的比例')
  ) p (name, number, unit, meaning)
  where not exists (
    select from policy.parameters o where (o.version, o.name) = (v.version, p.name));
end $$;
alter table policy.parameters enable trigger _300_draft_only;
