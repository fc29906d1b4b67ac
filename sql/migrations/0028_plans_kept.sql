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

-- ── audit: sealed for every transaction ────────────────────────────────────────────────────────

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
