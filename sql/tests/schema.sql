-- What holds for every table, view and role.
begin;
select plan(11);

create temporary view ours as
  select c.oid, n.nspname, c.relname, c.relkind
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('reference', 'registry', 'calendar', 'policy', 'audit', 'access', 'allocation', 'land', 'finance', 'techvp', 'rotation', 'report')
    and c.relkind in ('r', 'v');

select is_empty(
  $$ select nspname, relname from ours where obj_description(oid) is null $$,
  'every table and view has a comment');
select is_empty(
  $$ select nspname, relname, attname from ours join pg_attribute a on a.attrelid = ours.oid
     where attnum > 0 and not attisdropped and col_description(ours.oid, attnum) is null $$,
  'every column has a comment');
select is_empty(
  $$ select nspname, relname from ours
     where not obj_description(oid) ~ '[\u4e00-\u9fff]' $$,
  'comments on tables are in Chinese');

select is_empty(
  $$ select nspname, relname from ours
     where nspname <> 'report' and has_table_privilege('yaosu_report', oid, 'select') $$,
  'yaosu_report reads nothing outside report');
select is_empty(
  $$ select nspname, relname from ours
     where nspname = 'report' and not has_table_privilege('yaosu_report', oid, 'select') $$,
  'yaosu_report reads every report view');
select is_empty(
  $$ select n.nspname from pg_namespace n
     where has_schema_privilege('yaosu_service', n.oid, 'create')
       and n.nspname !~ '^pg_temp' and n.nspname <> 'public' $$,
  'yaosu_service creates nothing');
select is_empty(
  $$ select relname from ours
     where nspname = 'allocation' and relname like 'round%'
       and (has_table_privilege('yaosu_service', oid, 'update')
         or has_table_privilege('yaosu_service', oid, 'delete')) $$,
  'rounds are history: yaosu_service neither updates nor deletes them');
select is_empty(
  $$ select relname from ours
     where nspname = 'audit' and (has_table_privilege('yaosu_service', oid, 'insert')
       or has_table_privilege('yaosu_service', oid, 'update')
       or has_table_privilege('yaosu_service', oid, 'delete')) $$,
  'yaosu_service writes the audit through the door only');

select is_empty(
  $$ select c.relname from ours c
     where c.nspname = 'registry' and c.relkind = 'r' and not exists (
       select from pg_trigger t where t.tgrelid = c.oid and t.tgname = '_900_note_insert') $$,
  'every registry table is watched');
select is_empty(
  $$ select c.relname from ours c
     where c.nspname = 'registry' and c.relkind = 'r' and not exists (
       select from pg_attribute a
       where a.attrelid = c.oid and a.attname = 'jurisdiction' and a.attnotnull) $$,
  'every registry row knows its jurisdiction');
select is_empty(
  $$ select 1 from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in ('audit', 'registry', 'calendar', 'policy', 'access', 'allocation', 'land', 'finance', 'techvp', 'reference')
       and has_function_privilege('public', p.oid, 'execute') $$,
  'no function of ours is for everybody');

select * from finish();
rollback;
