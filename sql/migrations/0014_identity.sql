-- Callers whom the city's identity provider knows.
--
-- The database cannot check a signature. For such a caller the service vouches: it has verified the
-- token's signature, issuer, audience and time, and names subject, department, role and prefecture.
-- What the database can check it checks here, and from here on the transaction is bound like any other.

set local role yaosu_owner;

create function access.places(of_department text) returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select p.jurisdiction::text from access.department_place p where p.department = of_department
  union
  select r.code::text from registry.regions r
  where r.kind = 'prefecture' and strpos(of_department, ':') = 0
$$;
comment on function access.places(text) is '部门所在的地级市；市级部门为各地级市';
revoke execute on function access.places(text) from public;
grant execute on function access.places(text) to yaosu_service;

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
  -- As where tokens are issued: a caller is of one prefecture.
  places := array(select access.places(of_department));
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
