-- A bulk change of enterprises looks once at each row.

set local role yaosu_owner;

-- As before, but for how it finds out whether an enterprise has moved. Joined, the old and the new rows were
-- compared each with each: the plan may be kept from a change of few rows, and EXISTS lets the planner hope for
-- an early end. A difference of sets is hashed.
create or replace function registry.lead_requests() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  child text;
begin
  if not exists (
    select uscc, jurisdiction, department from new_rows
    except
    select uscc, jurisdiction, department from old_rows)
  then
    return null;
  end if;
  foreach child in array array['land_requests', 'finance_requests', 'expert_requests',
    'host_posts', 'home_applications', 'conflicts_of_interest']
  loop
    execute format(
      'update registry.%I c set jurisdiction = n.jurisdiction, department = n.department
        from new_rows n where c.uscc = n.uscc
          and (c.jurisdiction, c.department) is distinct from (n.jurisdiction, n.department)',
      child);
  end loop;
  return null;
end $$;
