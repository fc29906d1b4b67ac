-- Plans are run as they are: PostgreSQL compiles none of them.
--
-- The views that staff read recompute a round from its rows: many small steps whose cost no planner
-- knows in advance. PostgreSQL took report.certificate_violation for a giant and compiled it for eleven
-- seconds, to run it for half a second.

-- A database's settings are its owner's to make, not the schema's.
set local role none;

do $$
begin
  execute format('alter database %I set jit = off', current_database());
exception when insufficient_privilege then
  raise notice 'jit stays on: only the owner of database % may set it off', current_database();
end $$;
