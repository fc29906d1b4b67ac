-- What a row takes over from its parent is looked up by a plan that is kept.

set local role yaosu_owner;
-- So that the names of tables are written in full, whoever migrates.
set local search_path = pg_catalog, pg_temp;

-- `registry.derive_from_parent` put its statement together for each row, and PostgreSQL planned it for each:
-- a tenth of a millisecond a row, in imports as over HTTP. Each table has a function of its own now, which says
-- the same. It never looks through the whole parent table: a plan made while that was small would be kept
-- until its statistics change.
create function registry.derive_by(
  subject regclass, parent regclass, parent_key text, child_key text, takes_department boolean)
returns void
language plpgsql
as $do$
declare
  name text := (select 'derive_' || c.relname from pg_class c where c.oid = subject);
begin
  execute format(
    $sql$
      create function registry.%1$I() returns trigger
      language plpgsql security definer
      set search_path = pg_catalog, pg_temp
      set enable_seqscan = off
      as $body$
      declare
        place text;
        answering text;
      begin
        select p.jurisdiction, p.department into place, answering
        from %2$s p where p.%3$I = new.%4$I;
        if place is null then
          raise exception '%% %% does not exist', %5$L, new.%4$I
            using errcode = 'foreign_key_violation';
        end if;
        new.jurisdiction := place;
        %6$s
        return new;
      end $body$
    $sql$,
    name, parent, parent_key, child_key, parent,
    case when takes_department then 'new.department := answering;' else '' end);
  execute format(
    'comment on function registry.%I() is %L', name, '由上级行取得所属地级市与负责部门');
end $do$;
comment on function registry.derive_by(regclass, regclass, text, text, boolean) is
  '为一张登记表建立由上级行取得所属地级市与负责部门的触发器函数';

revoke execute on function registry.derive_by(regclass, regclass, text, text, boolean)
from yaosu_service;

do $$
declare
  door record;
begin
  for door in
    select t.tgname, t.tgrelid::regclass as subject, c.relname,
      string_to_array(encode(t.tgargs, 'escape'), '\000') as told,
      t.tgnargs, pg_get_triggerdef(t.oid) as definition
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where t.tgfoid = 'registry.derive_from_parent()'::regprocedure
  loop
    perform registry.derive_by(
      door.subject, door.told[1]::regclass, door.told[2], door.told[3], door.tgnargs > 3);
    execute format('drop trigger %I on %s', door.tgname, door.subject);
    execute regexp_replace(
      door.definition, 'EXECUTE FUNCTION .*$',
      format('EXECUTE FUNCTION registry.%I()', 'derive_' || door.relname));
  end loop;
end $$;

drop function registry.derive_from_parent();
