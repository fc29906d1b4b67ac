-- A key is held by a lock by name while a call is at work (docs/decisions/0016), and its row written once,
-- with the answer: no row without one, nothing to change.

set local role yaosu_owner;

delete from access.answered where status is null;
alter table access.answered alter column status set not null;
revoke update on access.answered from yaosu_service;

-- Checked for every row written. Short lists, as nearly all are, without a query: that takes longer to
-- start than they take to look through.
create or replace function registry.is_code_list(list text[]) returns boolean
language plpgsql immutable strict parallel safe
as $$
declare
  code text;
  place int := coalesce(array_lower(list, 1), 1);
begin
  if cardinality(list) = 0 or array_ndims(list) <> 1 or array_position(list, null) is not null then
    return false;
  end if;
  if cardinality(list) > 8 then
    return cardinality(list) = (select count(distinct e) from unnest(list) e)
      and not exists (select from unnest(list) e where e = '' or e <> btrim(e));
  end if;
  foreach code in array list loop
    if code = '' or code <> btrim(code) or array_position(list, code) <> place then
      return false;
    end if;
    place := place + 1;
  end loop;
  return true;
end $$;
