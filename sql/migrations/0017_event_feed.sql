-- The feed of events: who listens is told that there is something new, and reads what it may see.

set local role yaosu_owner;

-- Events get their position when they are sealed, one after the other until each has committed:
-- whoever has read up to a position has missed nothing before it. The notification says nothing, so
-- that all of a transaction's are one; those who commit wait for each other at audit.head anyway.
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

-- Each open stream looks for the rows of each event.
do $$
declare
  subject regclass;
begin
  for subject in
    select c.oid::regclass from pg_class c
    where c.relkind = 'r' and (c.relnamespace = 'registry'::regnamespace
        or c.oid = any (array['allocation.offer', 'allocation.round',
          'allocation.queued_round']::regclass[]))
      and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'reads')
  loop
    execute format('create index on %s (event_id)', subject);
  end loop;
end $$;
