-- Row-level security and the roles of departments. Run by pg_prove on a migrated database.
begin;
select plan(11);

select is_empty(
  $$ select relname from pg_class
     where relnamespace = 'registry'::regnamespace and relkind = 'r' and not relrowsecurity $$,
  'every registry table has row-level security');
select is_empty(
  $$ select c.oid::regclass from pg_class c, unnest(array['yaosu_reader', 'yaosu_department']) r
     where c.relkind = 'r' and c.relnamespace::regnamespace::text in
         ('registry', 'allocation', 'land', 'finance', 'techvp', 'rotation', 'audit')
       and has_any_column_privilege(r, c.oid, 'select') and not c.relrowsecurity
       and c.oid <> all (array['allocation.answer_code', 'finance.match_arrow',
         'techvp.appointment_arrow', 'rotation.placement_arrow', 'land.blocking_cause']::regclass[]) $$,
  'what a department may read has row-level security');
select is_empty(
  $$ select c.oid::regclass from pg_class c
     where c.relrowsecurity and has_table_privilege('yaosu_service', c.oid, 'select')
       and not exists (
         select from pg_policy p where p.polrelid = c.oid and p.polname = 'service') $$,
  'the service sees every row of what it may read');
select is_empty(
  $$ select c.oid::regclass from pg_class c
     where c.relkind in ('r', 'v') and c.relnamespace::regnamespace::text not like 'pg\_%'
       and c.relnamespace::regnamespace::text <> 'information_schema'
       and (has_table_privilege('yaosu_reader', c.oid, 'insert')
         or has_table_privilege('yaosu_reader', c.oid, 'update')
         or has_table_privilege('yaosu_reader', c.oid, 'delete')
         or has_table_privilege('yaosu_department', c.oid, 'delete')
         or has_table_privilege('yaosu_auditor', c.oid, 'insert')
         or has_table_privilege('yaosu_auditor', c.oid, 'update')
         or has_table_privilege('yaosu_admin', c.oid, 'insert')
         or has_table_privilege('yaosu_admin', c.oid, 'update')) $$,
  'readers, auditors and administrators write nothing; nobody deletes');
select is_empty(
  $$ select c.oid::regclass from pg_class c
     where c.relkind in ('r', 'v')
       and c.relnamespace::regnamespace::text in ('registry', 'allocation', 'land', 'finance', 'techvp', 'rotation', 'report')
       and (has_any_column_privilege('yaosu_auditor', c.oid, 'select')
         or has_any_column_privilege('yaosu_admin', c.oid, 'select')) $$,
  'auditors and administrators see no business data');
select ok(not has_table_privilege('yaosu_admin', 'audit.event', 'select'),
  'administrators do not see the audit');
select is_empty(
  $$ select r, t from unnest(array['yaosu_reader', 'yaosu_department', 'yaosu_auditor']) r,
       unnest(array['access.token', 'access.answered']) t
     where has_any_column_privilege(r, t, 'select') $$,
  'nobody but the service and administrators sees tokens');
select ok(not has_column_privilege('yaosu_admin', 'access.token', 'digest', 'select'),
  'not even digests');
select ok(not has_any_column_privilege('yaosu_service', 'access.answered', 'update'),
  'an answer that was given stays as it was, whoever runs the service');
select is_empty(
  $$ select p.proname from pg_proc p
     where p.pronamespace = 'audit'::regnamespace and p.proname = 'begin'
       and (has_function_privilege('yaosu_department', p.oid, 'execute')
         or has_function_privilege('yaosu_reader', p.oid, 'execute')) $$,
  'a department does not say who it is: the service opens its events');

select is_empty(
  $$ select r, c.oid::regclass from pg_class c,
       unnest(array['yaosu_reader', 'yaosu_department']) r
     where c.relkind = 'r' and c.relnamespace::regnamespace::text in
         ('land', 'finance', 'techvp', 'rotation')
       and (has_any_column_privilege(r, c.oid, 'insert')
         or has_any_column_privilege(r, c.oid, 'update')
         or has_table_privilege(r, c.oid, 'delete')) $$,
  'steps are written at the desks: no department writes what goes in steps itself');

select * from finish();
rollback;
