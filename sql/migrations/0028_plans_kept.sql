-- Functions that each statement of a call, or each change of a row, goes through, in PL/pgSQL: it keeps
-- its plans for the session, while PostgreSQL parses and plans a function in SQL that it cannot inline
-- (one with another owner's rights or settings of its own) anew for every statement. What they do is
-- unchanged; docs/decisions/0016 has the figures.

set local role yaosu_owner;

-- ── rights: called by every policy ──────────────────────────────────────────────────────────────

create or replace function access.reads(of_subject text) returns text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select r.reads from access.reach r
    where r.subject = of_subject and r.kind = access.kind()
      and access.duty() in ('reader', 'clerk', 'owner', 'approver'));
end $$;

create or replace function access.writes(of_subject text) returns text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select r.writes from access.reach r
    where r.subject = of_subject and r.kind = access.kind()
      and access.duty() in ('clerk', 'owner'));
end $$;

create or replace function access.decides(of_subject text) returns text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select r.writes from access.reach r
    where r.subject = of_subject and r.kind = access.kind() and access.duty() = 'approver');
end $$;

create or replace function access.mechanisms() returns text[]
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select k.mechanisms from access.kind k
    where k.kind = access.kind()
      and access.duty() in ('reader', 'clerk', 'owner', 'approver'));
end $$;

create or replace function access.seat() returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return case access.kind() when 'science_technology' then 'science'
    when 'finance_office' then 'finance' else access.department() end;
end $$;

-- ── values: checked for every row written ───────────────────────────────────────────────────────

create or replace function registry.is_code_list(list text[]) returns boolean
language plpgsql immutable strict parallel safe
as $$
begin
  return cardinality(list) > 0 and array_ndims(list) = 1
    and array_position(list, null) is null
    and cardinality(list) = (select count(distinct e) from unnest(list) e)
    and not exists (select from unnest(list) e where e = '' or e <> btrim(e));
end $$;

-- ── audit: written for every statement and sealed for every transaction ─────────────────────────

create or replace function audit.hash_of(event audit.event) returns bytea
language plpgsql stable
set timezone = 'UTC'
as $$
begin
  -- A JSON array, so that no field can run into the next one.
  return sha256(event.previous_hash || convert_to(jsonb_build_array(
    event.position, event.event_id,
    to_char(event.effective_at, 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    to_char(event.recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    event.actor, event.cause, event.action, event.changes)::text, 'UTF8'));
end $$;

-- Trigger arguments: the key columns, and 'history' or 'no history'. The statement's rows are read once,
-- and written down in full where there are few.
create or replace function audit.note() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  subject text := format('%I.%I', tg_table_schema, tg_table_name);
  rows_table text := case tg_op when 'DELETE' then 'old_rows' else 'new_rows' end;
  row_key text := tg_argv[0];
  keeps_values boolean := tg_argv[1] = 'history';
  event bigint := audit.open_event_id();
  effective_at timestamptz := (
    select p.effective_at from audit.pending p where p.event_id = event);
  change record;
begin
  execute format(
    $sql$
      select count(*) as rows,
        encode(sha256(string_agg(sha256(convert_to(r::text, 'UTF8')), ''::bytea
          order by %2$s collate "C")), 'hex') as digest,
        count(*) filter (where r.event_id is distinct from $2
          or r.known_from < $1 or (%3$L = 'INSERT' and r.known_from > $1)) as foreign_rows,
        case when $3 and count(*) <= 100 then (
          select jsonb_agg(to_jsonb(r) - 'event_id' order by %2$s collate "C") from %1$s r)
        end as values
      from %1$s r
    $sql$, rows_table, row_key, tg_op) into change using effective_at, event, keeps_values;
  if change.rows = 0 then
    return null;
  end if;
  if effective_at is null then
    raise exception 'audit event % is not open in this transaction', event
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  if tg_op <> 'DELETE' and change.foreign_rows > 0 then
    raise exception '%: event_id and known_from are set by the door, not by the writer', subject
      using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op <> 'INSERT' and keeps_values then
    execute format(
      $sql$
        insert into audit.row_history (table_name, row_key, known, superseded_by, old_row)
        select %1$L, %2$s, tstzrange(r.known_from, greatest($1, r.known_from)), $2, to_jsonb(r)
        from old_rows r
      $sql$, subject, row_key) using effective_at, event;
  end if;
  update audit.pending p
  set changes = p.changes || (
    jsonb_build_object(
      'table', subject, 'operation', lower(tg_op), 'rows', change.rows, 'digest', change.digest)
    || case when change.values is null then '{}' else jsonb_build_object('values', change.values)
    end)
  where p.event_id = event;
  return null;
end $$;
