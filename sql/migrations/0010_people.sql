-- What the mechanisms of people share: reminders in an outbox, and names that are read only by
-- those who may, and never without leaving a trace.

-- ── the right to personal data ──────────────────────────────────────────────────────────────────

set local role none;

do $$
begin
  if not exists (select from pg_roles where rolname = 'yaosu_personal') then
    begin
      create role yaosu_personal nologin;
    exception when duplicate_object or unique_violation then
      null;  -- a migrator of another database was faster
    end;
  end if;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    grant yaosu_personal to current_user;
  end if;
  execute format('grant connect on database %I to yaosu_personal', current_database());
end $$;
comment on role yaosu_personal is '要素保障：查看个人信息的权限，授予有权者；每次查看均留痕';

set local role yaosu_owner;

grant usage on schema report to yaosu_personal;

create function registry.mask_name(name text) returns text
language sql immutable parallel safe
as $$ select left(name, 1) || repeat('*', greatest(1, char_length(name) - 1)) $$;
comment on function registry.mask_name(text) is '姓名脱敏：只留首字，其余以 * 代替';
-- Views run functions as whoever reads them.
grant execute on function registry.mask_name(text) to yaosu_report;

create table audit.personal_reading (
  reading_id bigint generated always as identity primary key,
  reader text not null,
  on_behalf_of text check (on_behalf_of <> ''),
  kind text not null check (kind in ('expert', 'talent', 'home_application')),
  code text not null,
  purpose text not null check (purpose ~ '\S'),
  asked_at timestamptz not null default transaction_timestamp(),
  asked_in xid8 not null default pg_current_xact_id()
);
comment on table audit.personal_reading is '个人信息的查看：何人、何时、为何、查看何人';
comment on column audit.personal_reading.reading_id is '查看编号';
comment on column audit.personal_reading.reader is '查看者的数据库登录名';
comment on column audit.personal_reading.on_behalf_of is '代何人查看（经由服务时）';
comment on column audit.personal_reading.kind is
  '对象类别：expert 专家、talent 人才、home_application 住房申请';
comment on column audit.personal_reading.code is '对象编号';
comment on column audit.personal_reading.purpose is '用途';
comment on column audit.personal_reading.asked_at is '申请时间';
comment on column audit.personal_reading.asked_in is '申请所在的事务';
select audit.watch('audit.personal_reading', array['reading_id']);
grant select on audit.personal_reading to yaosu_service;

create function audit.person_name(of_kind text, of_code text) returns text
language sql stable
as $$
  select case of_kind
    when 'expert' then (select x.name from registry.experts x where x.code = of_code)
    when 'talent' then (select t.name from registry.talents t where t.code = of_code)
    when 'home_application' then (
      select a.applicant from registry.home_applications a where a.number = of_code)
  end
$$;
comment on function audit.person_name(text, text) is '个人姓名，未脱敏；仅供查看个人信息的函数使用';

-- Two steps, because a reading that is rolled back would take its trace along: the first leaves
-- the trace, the second speaks only once the trace is committed.
create function report.ask_personal(
  kind text, code text, purpose text, on_behalf_of text default null) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  reading bigint;
begin
  if audit.person_name(kind, code) is null then
    raise exception 'there is no % “%”', kind, code
      using errcode = 'no_data_found', hint = 'kind is expert, talent or home_application';
  end if;
  perform audit.begin(session_user, purpose, 'read personal data');
  insert into audit.personal_reading (reader, on_behalf_of, kind, code, purpose)
  values (session_user, on_behalf_of, kind, code, purpose) returning reading_id into reading;
  return reading;
end $$;
comment on function report.ask_personal(text, text, text, text) is
  '查看个人信息第一步：记下何人为何查看何人，返回查看编号（提交后生效，十分钟内有效）';

create function report.personal(reading bigint)
returns table (kind text, code text, name text)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  asked audit.personal_reading;
begin
  select r.* into asked from audit.personal_reading r
  where r.reading_id = reading and r.reader = session_user
    and r.asked_in is distinct from pg_current_xact_id_if_assigned()
    and r.asked_at > clock_timestamp() - interval '10 minutes';
  if asked.reading_id is null then
    raise exception 'reading % is not yours, not committed, or more than ten minutes old', reading
      using errcode = 'insufficient_privilege',
        hint = 'SELECT report.ask_personal(kind, code, purpose) gives a number; commit, then read.';
  end if;
  return query select asked.kind, asked.code, audit.person_name(asked.kind, asked.code);
end $$;
comment on function report.personal(bigint) is '查看个人信息第二步：凭已提交的查看编号读取姓名';
grant execute on function report.ask_personal(text, text, text, text), report.personal(bigint)
  to yaosu_personal;

-- ── reminders ───────────────────────────────────────────────────────────────────────────────────

create table allocation.reminder_kind (
  mechanism allocation.mechanism not null,
  kind text not null check (kind ~ '^[a-z_]+$'),
  meaning text not null,
  meaning_en text not null,
  primary key (mechanism, kind)
);
comment on table allocation.reminder_kind is '提醒的种类';
comment on column allocation.reminder_kind.mechanism is '机制';
comment on column allocation.reminder_kind.kind is '种类代码';
comment on column allocation.reminder_kind.meaning is '含义';
comment on column allocation.reminder_kind.meaning_en is '含义（英文）';
revoke insert on allocation.reminder_kind from yaosu_service;

-- What is due is a fact of the subject, not of the night that notices it: whatever night comes,
-- late or twice, one reminder has one key.
create table allocation.outbox (
  reminder_id bigint generated always as identity primary key,
  mechanism allocation.mechanism not null,
  jurisdiction text not null references registry.regions (code),
  department text not null check (department <> ''),
  subject_kind text not null check (subject_kind ~ '^[a-z_]+$'),
  subject text not null check (subject <> ''),
  kind text not null,
  due_on date not null,
  raised_on date not null,
  payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
  delivered_at timestamptz,
  foreign key (mechanism, kind) references allocation.reminder_kind,
  constraint outbox_once unique (mechanism, subject_kind, subject, kind, due_on, department)
);
create index on allocation.outbox (department, reminder_id) where delivered_at is null;
comment on table allocation.outbox is '发件箱：夜间提出的提醒，同一事项同一期限只提一次';
comment on column allocation.outbox.reminder_id is '提醒编号';
comment on column allocation.outbox.mechanism is '机制';
comment on column allocation.outbox.jurisdiction is '辖区（地级市代码）';
comment on column allocation.outbox.department is '提醒的单位';
comment on column allocation.outbox.subject_kind is '事项类别，如 appointment 聘任、placement 派驻';
comment on column allocation.outbox.subject is '事项编号';
comment on column allocation.outbox.kind is '提醒种类';
comment on column allocation.outbox.due_on is '所提醒事项的期限';
comment on column allocation.outbox.raised_on is '提出的业务日';
comment on column allocation.outbox.payload is '其余要素；不含个人信息';
comment on column allocation.outbox.delivered_at is '送达时间，未送达为空';
select audit.watch('allocation.outbox', array['reminder_id']);
grant update (delivered_at) on allocation.outbox to yaosu_service;

create function allocation.keep_delivery() returns trigger
language plpgsql
as $$
begin
  raise exception 'reminder % was delivered at %', old.reminder_id, old.delivered_at
    using errcode = 'check_violation', constraint = 'outbox_delivered_once', schema = 'allocation',
      table = 'outbox';
end $$;
comment on function allocation.keep_delivery() is '已送达的提醒不再改动';
create trigger _300_delivered_once before update on allocation.outbox
  for each row when (old.delivered_at is not null)
  execute function allocation.keep_delivery();

-- ── which answer a reason explains ──────────────────────────────────────────────────────────────

alter table allocation.answer_code
  add column answers text[] not null default '{decline,release}'
    check (answers <@ array['decline', 'release']);
comment on column allocation.answer_code.answers is
  '可说明的答复：decline 谢绝、release 释放；空为系统自记，不由人填';
