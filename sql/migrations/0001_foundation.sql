-- Schemas, roles, and the one door through which every change goes (docs/decisions/0005).

-- The migrator takes on the owner's role where it exists; roles and extensions need the login.
set local role none;

-- Roles belong to the cluster, not to the database: another database may have made them already.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['yaosu_owner', 'yaosu_service', 'yaosu_report'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      begin
        execute format('create role %I nologin', role_name);
      exception when duplicate_object or unique_violation then
        null;  -- a migrator of another database was faster
      end;
    end if;
    -- From PostgreSQL 16 on, whoever makes a role is a member that may not take it on.
    if not (select rolsuper from pg_roles where rolname = current_user) then
      execute format('grant %I to current_user', role_name);
    end if;
  end loop;
  execute format('grant create, temporary, connect on database %I to yaosu_owner', current_database());
  execute format('grant temporary, connect on database %I to yaosu_service', current_database());
  execute format('grant connect on database %I to yaosu_report', current_database());
end $$;

comment on role yaosu_owner is '要素保障：拥有全部对象，仅用于迁移';
comment on role yaosu_service is '要素保障：服务与夜间任务，可读写数据，无权改表结构';
comment on role yaosu_report is '要素保障：报表，只读 report 模式';

create schema extensions;
create extension btree_gist with schema extensions;
comment on schema extensions is '数据库扩展';
grant usage on schema extensions to yaosu_owner, yaosu_service;

-- The service has to see whether the schema is its own.
grant usage on schema migration to yaosu_service;
grant select on migration.applied to yaosu_service;

set local role yaosu_owner;

create schema audit;
create schema reference;
create schema registry;
create schema calendar;
create schema policy;
create schema allocation;
create schema report;

comment on schema audit is '审计：一切变更的唯一入口、哈希链与历史版本';
comment on schema reference is '国家标准代码表';
comment on schema registry is '登记：企业、资源与诉求';
comment on schema calendar is '工作日历';
comment on schema policy is '政策参数，按版本';
comment on schema allocation is '轮次、拟配置与配置';
comment on schema report is '报表视图，供工作人员查询';

alter default privileges for role yaosu_owner revoke execute on functions from public;
alter default privileges for role yaosu_owner in schema registry, policy, calendar
  grant select, insert, update, delete on tables to yaosu_service;
-- Rounds are history: the service adds to them and never changes them. What does change (the
-- state of an offer) is granted where its table is made.
alter default privileges for role yaosu_owner in schema allocation
  grant select, insert on tables to yaosu_service;
alter default privileges for role yaosu_owner in schema reference
  grant select on tables to yaosu_service;
alter default privileges for role yaosu_owner in schema report
  grant select on tables to yaosu_service, yaosu_report;
alter default privileges for role yaosu_owner in schema registry, policy, calendar, allocation
  grant usage on sequences to yaosu_service;
alter default privileges for role yaosu_owner in schema registry, policy, calendar, allocation,
  reference
  grant execute on functions to yaosu_service;
grant usage on schema audit, reference, registry, calendar, policy, allocation, report
  to yaosu_service;
grant usage on schema report to yaosu_report;

-- ── the hash chain ──────────────────────────────────────────────────────────────────────────────

create table audit.event (
  position bigint primary key check (position > 0),
  event_id bigint not null unique,
  effective_at timestamptz not null,
  recorded_at timestamptz not null,
  actor text not null,
  cause text not null,
  action text not null,
  changes jsonb not null check (jsonb_typeof(changes) = 'array'),
  hash_algorithm text not null default 'sha256' check (hash_algorithm = 'sha256'),
  previous_hash bytea not null,
  hash bytea not null unique
);
comment on table audit.event is '审计事件：只增不改，每条含前一条的哈希';
comment on column audit.event.position is '链上序号，从 1 起，无间断';
comment on column audit.event.event_id is '事件编号，各行 event_id 指向它';
comment on column audit.event.effective_at is '生效时间：自此时起，新值为已知';
comment on column audit.event.recorded_at is '记录时间（数据库时钟）';
comment on column audit.event.actor is '操作者';
comment on column audit.event.cause is '缘由';
comment on column audit.event.action is '操作';
comment on column audit.event.changes is '逐语句的变更：表、操作、行数、行摘要；行数少时附新值';
comment on column audit.event.hash_algorithm is '哈希算法';
comment on column audit.event.previous_hash is '前一事件的哈希';
comment on column audit.event.hash is '本事件的哈希：sha256(前一哈希 ‖ 内容)';

create table audit.head (
  only_row boolean primary key default true check (only_row),
  position bigint not null,
  hash bytea not null
);
comment on table audit.head is '哈希链末端，单行；加链时锁定此行';
comment on column audit.head.only_row is '保证单行';
comment on column audit.head.position is '最后一条事件的序号';
comment on column audit.head.hash is '最后一条事件的哈希';
insert into audit.head (position, hash) values (0, '\x');

create sequence audit.event_id;

create table audit.pending (
  event_id bigint primary key,
  effective_at timestamptz not null,
  actor text not null check (actor <> ''),
  cause text not null check (cause <> ''),
  action text not null check (action <> ''),
  changes jsonb not null default '[]'
);
comment on table audit.pending is '本事务内尚未封存的事件；提交时由延迟触发器封存并删除';
comment on column audit.pending.event_id is '事件编号';
comment on column audit.pending.effective_at is '生效时间';
comment on column audit.pending.actor is '操作者';
comment on column audit.pending.cause is '缘由';
comment on column audit.pending.action is '操作';
comment on column audit.pending.changes is '至此的变更';

create table audit.row_history (
  table_name text not null,
  row_key text not null,
  known tstzrange not null,
  superseded_by bigint not null,
  old_row jsonb not null
);
create index on audit.row_history (table_name, row_key);
comment on table audit.row_history is '已被更新或删除的行的旧值';
comment on column audit.row_history.table_name is '表';
comment on column audit.row_history.row_key is '主键，各列以 / 相连';
comment on column audit.row_history.known is '旧值有效的时段';
comment on column audit.row_history.superseded_by is '使其失效的事件编号';
comment on column audit.row_history.old_row is '旧值';

create function audit.hash_of(event audit.event) returns bytea
language sql stable
set timezone = 'UTC'
as $$
  -- A JSON array, so that no field can run into the next one.
  select sha256(event.previous_hash || convert_to(jsonb_build_array(
    event.position, event.event_id,
    to_char(event.effective_at, 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    to_char(event.recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    event.actor, event.cause, event.action, event.changes)::text, 'UTF8'))
$$;
comment on function audit.hash_of(audit.event) is '按内容与前一哈希重算事件的哈希';

create function audit.chain_break()
returns table (at_position bigint, what text)
language sql stable
as $$
  with linked as (
    select e.position, e.hash, e.previous_hash, audit.hash_of(e) as recomputed,
      lag(e.hash, 1, '\x'::bytea) over (order by e.position) as expected_previous,
      row_number() over (order by e.position) as expected_position
    from audit.event e)
  select position, 'position' from linked where position <> expected_position
  union all
  select position, 'previous_hash' from linked where previous_hash <> expected_previous
  union all
  select position, 'hash' from linked where hash <> recomputed
  union all
  select h.position, 'head' from audit.head h
  where (h.position, h.hash) is distinct from (
    select (coalesce(max(l.position), 0), coalesce((array_agg(l.hash order by l.position desc))[1], '\x'))
    from linked l)
$$;
comment on function audit.chain_break() is '哈希链的断点；正常时无行';

create function audit.refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception '% is append-only', tg_table_schema || '.' || tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
comment on function audit.refuse_change() is '拒绝改动只增不改的表';

create trigger append_only before update or delete or truncate on audit.event
  for each statement execute function audit.refuse_change();
create trigger append_only before update or delete or truncate on audit.row_history
  for each statement execute function audit.refuse_change();

grant select on audit.event, audit.head, audit.row_history to yaosu_service;

-- ── opening and sealing an event ────────────────────────────────────────────────────────────────

create function audit.begin(
  actor text, cause text, action text, effective_at timestamptz default null) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  id bigint := nextval('audit.event_id');
  at_time timestamptz := coalesce(effective_at, transaction_timestamp());
begin
  if coalesce(current_setting('yaosu.event_id', true), '') <> '' then
    raise exception 'an audit event is already open in this transaction'
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into audit.pending (event_id, effective_at, actor, cause, action)
  values (id, at_time, actor, cause, action);
  perform set_config('yaosu.event_id', id::text, true);
  perform set_config('yaosu.event_at', at_time::text, true);
  return id;
end $$;
comment on function audit.begin(text, text, text, timestamptz) is
  '打开本事务的审计事件：操作者、缘由、操作、生效时间（默认当前）';

create function audit.open_event_id() returns bigint
language sql stable
as $$ select nullif(current_setting('yaosu.event_id', true), '')::bigint $$;
comment on function audit.open_event_id() is '本事务已打开的事件编号，未打开时为空';

create function audit.open_event_at() returns timestamptz
language sql stable
as $$ select nullif(current_setting('yaosu.event_at', true), '')::timestamptz $$;
comment on function audit.open_event_at() is '本事务已打开的事件的生效时间，未打开时为空';

create function audit.seal() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  pending audit.pending;
  head audit.head;
  sealed audit.event;
begin
  delete from audit.pending p where p.event_id = new.event_id returning p.* into pending;
  if pending.changes = '[]' then
    return null;  -- nothing changed, nothing to tell
  end if;
  select h.* into strict head from audit.head h for update;
  sealed.position := head.position + 1;
  sealed.event_id := pending.event_id;
  sealed.effective_at := pending.effective_at;
  sealed.recorded_at := clock_timestamp();
  sealed.actor := pending.actor;
  sealed.cause := pending.cause;
  sealed.action := pending.action;
  sealed.changes := pending.changes;
  sealed.hash_algorithm := 'sha256';
  sealed.previous_hash := head.hash;
  sealed.hash := audit.hash_of(sealed);
  insert into audit.event select sealed.*;
  update audit.head h set position = sealed.position, hash = sealed.hash;
  return null;
end $$;
comment on function audit.seal() is '提交时封存事件，接入哈希链；无变更则不留痕';

create constraint trigger seal after insert on audit.pending
  deferrable initially deferred for each row execute function audit.seal();

-- ── watched tables ──────────────────────────────────────────────────────────────────────────────

create function audit.require_event() returns trigger
language plpgsql
as $$
begin
  if audit.open_event_id() is null then
    raise exception '%.% is written through audit.begin only', tg_table_schema, tg_table_name
      using errcode = 'object_not_in_prerequisite_state',
        hint = 'SELECT audit.begin(actor, cause, action) opens an event in the transaction.';
  end if;
  return null;
end $$;
comment on function audit.require_event() is '未打开审计事件时拒绝写入';

create function audit.stamp() returns trigger
language plpgsql
as $$
begin
  new.event_id := audit.open_event_id();
  -- An import as of an earlier day must not make history run backwards.
  new.known_from := greatest(audit.open_event_at(), old.known_from);
  return new;
end $$;
comment on function audit.stamp() is '更新时盖上事件编号与生效时间';

-- Trigger arguments: the key columns, and 'history' or 'no history'.
create function audit.note() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  subject text := format('%I.%I', tg_table_schema, tg_table_name);
  rows_table text := case tg_op when 'DELETE' then 'old_rows' else 'new_rows' end;
  row_key text := tg_argv[0];
  effective_at timestamptz := (
    select p.effective_at from audit.pending p where p.event_id = audit.open_event_id());
  change record;
begin
  execute format(
    $sql$
      select count(*) as rows,
        encode(sha256(string_agg(sha256(convert_to(r::text, 'UTF8')), ''::bytea
          order by %2$s collate "C")), 'hex') as digest,
        count(*) filter (where r.event_id is distinct from audit.open_event_id()
          or r.known_from < $1 or (%3$L = 'INSERT' and r.known_from > $1)) as foreign_rows
      from %1$s r
    $sql$, rows_table, row_key, tg_op) into change using effective_at;
  if change.rows = 0 then
    return null;
  end if;
  if effective_at is null then
    raise exception 'audit event % is not open in this transaction', audit.open_event_id()
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  if tg_op <> 'DELETE' and change.foreign_rows > 0 then
    raise exception '%: event_id and known_from are set by the door, not by the writer', subject
      using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op <> 'INSERT' and tg_argv[1] = 'history' then
    execute format(
      $sql$
        insert into audit.row_history (table_name, row_key, known, superseded_by, old_row)
        select %1$L, %2$s,
          tstzrange(r.known_from, greatest($1, r.known_from)),
          audit.open_event_id(), to_jsonb(r)
        from old_rows r
      $sql$, subject, row_key) using effective_at;
  end if;
  update audit.pending p
  set changes = p.changes || jsonb_build_object(
    'table', subject, 'operation', lower(tg_op), 'rows', change.rows, 'digest', change.digest)
  where p.event_id = audit.open_event_id();
  if change.rows <= 100 and tg_argv[1] = 'history' then
    execute format(
      $sql$
        update audit.pending p
        set changes = jsonb_set(p.changes, '{-1,values}',
          (select jsonb_agg(to_jsonb(r) - 'event_id' order by %2$s collate "C") from %1$s r))
        where p.event_id = audit.open_event_id()
      $sql$, rows_table, row_key);
  end if;
  return null;
end $$;
comment on function audit.note() is '逐语句记下变更的行数与摘要，并保留旧值';

create function audit.watch(subject regclass, key_columns text[], keep_history boolean default true)
returns void
language plpgsql
as $$
declare
  row_key text := (
    select format('concat_ws(''/'', %s)', string_agg(format('r.%I', c), ', ' order by n))
    from unnest(key_columns) with ordinality as k(c, n));
  history text := case when keep_history then 'history' else 'no history' end;
begin
  execute format(
    'alter table %s
      add column event_id bigint not null default audit.open_event_id(),
      add column known_from timestamptz not null default audit.open_event_at()', subject);
  execute format('comment on column %s.event_id is ''写入此行的审计事件编号''', subject);
  execute format('comment on column %s.known_from is ''此行自何时起为已知''', subject);
  execute format(
    'create trigger _100_require_event before insert or update or delete on %s
      for each statement execute function audit.require_event()', subject);
  execute format(
    'create trigger _100_no_truncate before truncate on %s
      for each statement execute function audit.refuse_change()', subject);
  execute format(
    'create trigger _200_stamp before update on %s
      for each row execute function audit.stamp()', subject);
  execute format(
    'create trigger _900_note_insert after insert on %s referencing new table as new_rows
      for each statement execute function audit.note(%L, %L)', subject, row_key, history);
  execute format(
    'create trigger _900_note_update after update on %s
      referencing old table as old_rows new table as new_rows
      for each statement execute function audit.note(%L, %L)', subject, row_key, history);
  execute format(
    'create trigger _900_note_delete after delete on %s referencing old table as old_rows
      for each statement execute function audit.note(%L, %L)', subject, row_key, history);
end $$;
comment on function audit.watch(regclass, text[], boolean) is
  '把一张表置于审计之下：增补 event_id、known_from 两列与触发器';

create function audit.rows_as_of(subject regclass, at_time timestamptz) returns setof jsonb
language plpgsql stable
as $$
begin
  return query execute format(
    'select to_jsonb(t) from %s t where t.known_from <= $1', subject) using at_time;
  return query
    select h.old_row from audit.row_history h
    where h.table_name = (
        select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = subject)
      and h.known @> at_time;
end $$;
comment on function audit.rows_as_of(regclass, timestamptz) is '一张表在某一时刻的已知各行（JSON）';

grant execute on function audit.begin(text, text, text, timestamptz), audit.open_event_id(),
  audit.open_event_at(), audit.rows_as_of(regclass, timestamptz), audit.chain_break(),
  audit.hash_of(audit.event), audit.require_event(), audit.stamp(), audit.note(),
  audit.refuse_change()
  to yaosu_service;
