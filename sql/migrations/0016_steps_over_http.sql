-- What departments see of the lives of matches, appointments and placements, of consultations, of the
-- two banks of a chain, and of sealed lists. Whoever takes a step does so through the service's desks,
-- so that nobody is given more than the right to read here.

set local role yaosu_owner;

-- ── sets of keys that policies look into ────────────────────────────────────────────────────────

create function access.own_placements() returns setof bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  with post as (
    select i.code from registry.institution_posts i
    where i.department = access.department() or 'county:' || i.region = access.department())
  select p.placement_id from rotation.placement p
  where p.institution_post in (select code from post) or p.settled_post in (select code from post)
    or p.talent in (
      select t.code from registry.talents t
      where 'university:' || t.university = access.department())
    or exists (
      select from rotation.posting g
      join registry.host_posts h on h.number = g.host_post
      where g.placement_id = p.placement_id and h.uscc in (select access.own_enterprises()))
$$;
comment on function access.own_placements() is
  '调用单位的派驻：保留或落定于其事业岗位、派驻其县企业，或出自其学校';

-- The names under which consultations know the departments of the city.
create function access.seat() returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select case access.kind() when 'science_technology' then 'science'
    when 'finance_office' then 'finance' else access.department() end
$$;
comment on function access.seat() is '调用部门在会商中的单位代码';

create function access.own_land_requests() returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select q.number from registry.land_requests q where q.department = access.department()
$$;
comment on function access.own_land_requests() is '调用县市区的用地需求';

create function access.own_parcels() returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select p.code from registry.parcels p where p.department = access.department()
$$;
comment on function access.own_parcels() is '调用县市区的地块';

create function access.own_lots() returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select l.lot from allocation.lot l
  where access.kind() = 'county' and l.resource = substr(access.department(), 8)
    and l.kind in ('construction_land', 'farmland_balance', 'energy')
$$;
comment on function access.own_lots() is '调用县市区的指标批次';

create function access.ranks_for(of_side text, of_party text) returns boolean
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select case of_side
    when 'expert' then exists (
      select from registry.experts e
      where e.code = of_party and e.department = access.department())
    else exists (
      select from registry.expert_requests q
      where q.number = of_party and q.department = access.department()) end
$$;
comment on function access.ranks_for(text, text) is '志愿表是否由调用单位填报';

-- ── who sees what ───────────────────────────────────────────────────────────────────────────────

insert into access.reach (subject, kind, reads)
select m.subject, k.kind, case when k.kind = any (m.read_all) then 'all' else 'own' end
from (values
  ('techvp.appointment', '{office,science_technology,supervision}', '{university,county}'),
  ('rotation.placement', '{office,human_resources,supervision}',
    '{institution,county,university}'),
  ('land.session', '{office,natural_resources,development_reform,industry,investment,finance_office,science_technology,supervision,county}', '{}'),
  ('land.agenda_item', '{office,natural_resources,development_reform,industry,investment,supervision}', '{county,finance_office,science_technology}'),
  ('land.decision', '{office,natural_resources,development_reform,industry,investment,supervision}', '{county,finance_office,science_technology}'),
  ('finance.designation', '{office,finance_office,industry,supervision}', '{}'),
  ('finance.chain_bank', '{office,finance_office,industry,investment,supervision,county}',
    '{bank}'),
  ('registry.ranking_seal', '{office,science_technology,supervision}', '{university,county}')
) r (subject, read_all, read_own)
cross join lateral (select r.subject, r.read_all::text[], r.read_own::text[]) m
join access.kind k on k.kind = any (m.read_all || m.read_own);

select access.guard('techvp.appointment',
  '''university:'' || university = (select access.department())
    or uscc in (select access.own_enterprises())', 'false');
select access.guard('rotation.placement', 'placement_id in (select access.own_placements())',
  'false');
select access.guard('land.session', 'false', 'false');
select access.guard('land.agenda_item', '(select access.seat()) = any (departments)
  or request in (select access.own_land_requests())', 'false');
select access.guard('land.decision', 'department = (select access.seat())
  or request in (select access.own_land_requests()) or parcel in (select access.own_parcels())
  or from_lot in (select access.own_lots()) or to_lot in (select access.own_lots())', 'false');
select access.guard('finance.designation', 'false', 'false');
select access.guard('finance.chain_bank',
  '(select access.department()) in (''bank:'' || lead, ''bank:'' || partner)', 'false');
drop policy service on registry.ranking_seal;
select access.guard('registry.ranking_seal', 'access.ranks_for(side, party)', 'false');

-- Parts of a row are seen with the row.
create function access.guard_part(subject regclass, condition text) returns void
language plpgsql
as $$
begin
  perform access.guard_for_service(subject);
  execute format(
    'create policy reads on %s for select to yaosu_reader, yaosu_department using (%s)',
    subject, condition);
  execute format('grant select on %s to yaosu_reader, yaosu_department', subject);
end $$;
comment on function access.guard_part(regclass, text) is
  '为一张从表设置行级安全：所属的行可见则可见';

select access.guard_part('finance.match_step', 'exists (
  select from finance.match m
  where (m.offer_id, m.bank) = (match_step.offer_id, match_step.bank))');
select access.guard_part('techvp.appointment_step', 'exists (
  select from techvp.appointment a where a.appointment_id = appointment_step.appointment_id)');
select access.guard_part('techvp.review', 'exists (
  select from techvp.appointment a where a.appointment_id = review.appointment_id)');
select access.guard_part('techvp.site_days', 'exists (
  select from techvp.appointment a where a.appointment_id = site_days.appointment_id)');
select access.guard_part('techvp.outcome', 'exists (
  select from techvp.appointment a where a.appointment_id = outcome.appointment_id)');
select access.guard_part('rotation.placement_step', 'exists (
  select from rotation.placement p where p.placement_id = placement_step.placement_id)');
select access.guard_part('rotation.posting', 'exists (
  select from rotation.placement p where p.placement_id = posting.placement_id)');
select access.guard_part('rotation.review', 'exists (
  select from rotation.placement p where p.placement_id = review.placement_id)');
select access.guard_part('land.task', 'exists (
  select from land.decision d where d.decision_id = task.decision_id)');

-- The pairs of a designation are stored by COPY, which row-level security does not take.
create function access.designated_pairs(of_designation bigint)
returns table (chain text, lead text, partner text, runner_up_lead text, runner_up_partner text,
  runner_up_cost bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select c.chain, c.lead, c.partner, c.runner_up_lead, c.runner_up_partner,
    d.objective - c.runner_up_objective
  from finance.designation_chain c join finance.designation d using (designation_id)
  where c.designation_id = of_designation and access.reads('finance.designation') = 'all'
    and (access.jurisdiction() is null or d.jurisdiction = access.jurisdiction())
$$;
comment on function access.designated_pairs(bigint) is
  '一次计算所得的各链两行与次优的一对，限可见该计算者';

-- A list itself: opened ones only, which the table's own policy sees to.
create function access.opened_list(of_side text, of_party text, of_version integer)
returns table (rank integer, other text, salt uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.rank, case of_side when 'enterprise' then r.expert else r.request end, r.salt
  from registry.expert_rankings r
  where r.side = of_side
    and case of_side when 'enterprise' then r.request else r.expert end = of_party
    and of_version = (
      select max(s.version) from registry.ranking_seal s
      where (s.side, s.party) = (of_side, of_party) and s.opened_on is not null)
    and (access.reads('registry.ranking_seal') = 'all' or access.ranks_for(of_side, of_party))
$$;
comment on function access.opened_list(text, text, integer) is
  '一份已开封的志愿表，限可见其封存者；未开封者由行级安全挡住';

grant usage on schema techvp, rotation, land to yaosu_reader, yaosu_department;
grant select on techvp.appointment, rotation.placement, land.session, land.agenda_item,
  land.decision, finance.designation, finance.chain_bank, registry.ranking_seal to yaosu_reader;
-- Words that hold nobody's data.
grant select on finance.match_arrow, techvp.appointment_arrow, rotation.placement_arrow,
  land.blocking_cause to yaosu_reader, yaosu_department;
grant execute on function access.own_placements(), access.seat(), access.own_land_requests(),
  access.own_parcels(), access.own_lots(), access.ranks_for(text, text),
  access.designated_pairs(bigint), access.opened_list(text, text, integer),
  rotation.headcount_in(text[], date[]) to yaosu_reader, yaosu_department;
