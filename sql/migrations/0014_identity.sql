-- Callers whom the city's identity provider knows.
--
-- The database cannot check a signature. For such a caller the service vouches: it has verified the
-- token's signature, issuer, audience and time, and names subject, department, role and prefecture.
-- What the database can check it checks here, and from here on the transaction is bound like any other.

set local role yaosu_owner;

create function access.vouch(
  of_department text, of_role text, of_jurisdiction text, within_ms integer)
returns table (department text, role text, jurisdiction text)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  places text[];
  place text;
begin
  if not exists (select from access.department d where d.code = of_department)
    or of_role not in ('reader', 'clerk', 'owner', 'approver', 'auditor', 'admin') then
    return;
  end if;
  -- The same rule by which tokens are issued: a caller is of one prefecture.
  places := array(
    select p.jurisdiction::text from access.department_place p where p.department = of_department
    union
    select r.code::text from registry.regions r
    where r.kind = 'prefecture' and strpos(of_department, ':') = 0);
  if of_jurisdiction is not null then
    if of_jurisdiction <> all (places) then
      return;
    end if;
    place := of_jurisdiction;
  elsif cardinality(places) > 1 then
    return;
  else
    place := places[1];
  end if;
  perform set_config('yaosu.department', of_department, true),
    set_config('yaosu.duty', of_role, true),
    set_config('yaosu.jurisdiction', coalesce(place, ''), true),
    set_config('statement_timeout', within_ms::text, true);
  return query select of_department, of_role, place;
end $$;
comment on function access.vouch(text, text, text, integer) is
  '由服务担保进入：身份提供方的令牌已由服务验签，此处核对部门、角色与地级市，记下本事务的调用者；不符则无行';
revoke execute on function access.vouch(text, text, text, integer) from public;
grant execute on function access.vouch(text, text, text, integer) to yaosu_service;

-- ── the feed of events ──────────────────────────────────────────────────────────────────────────

-- Events get their position when they are sealed, one after the other until each has committed:
-- whoever has read up to a position has missed nothing before it.
create function audit.tell() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_notify('yaosu_events', '');
  return null;
end $$;
comment on function audit.tell() is '审计事件一经提交即通知事件流';
create trigger tell after insert on audit.event
  for each statement execute function audit.tell();

-- Numbers and names of tables only: which rows of them a caller sees, row-level security decides.
create function access.events_after(after_position bigint, most integer)
returns table ("position" bigint, event_id bigint, tables text[])
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select e.position, e.event_id, array(
    select distinct c ->> 'table' from jsonb_array_elements(e.changes) c)
  from audit.event e
  where e.position > after_position
    and access.duty() in ('reader', 'clerk', 'owner', 'approver')
  union all
  select h.position, null, '{}' from audit.head h
  where after_position is null and access.duty() in ('reader', 'clerk', 'owner', 'approver')
  order by 1 limit most
$$;
comment on function access.events_after(bigint, integer) is
  '某序号之后的审计事件的序号、编号与涉及的表；序号为空则只给链尾序号';
revoke execute on function access.events_after(bigint, integer) from public;
grant execute on function access.events_after(bigint, integer) to yaosu_reader, yaosu_department;
