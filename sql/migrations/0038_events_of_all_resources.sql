-- The stream of events tells of every resource: what it follows has an index on the event, and what no
-- department reads by itself is found for those who see its outcome.

set local role yaosu_owner;

-- Each open stream looks for the rows of each event.
do $$
declare
  subject text;
begin
  foreach subject in array array['calendar.exceptions', 'policy.versions', 'policy.parameters',
    'reference.lpr', 'finance.match', 'finance.match_step', 'finance.chain_bank',
    'finance.designation', 'finance.chain_absence', 'techvp.appointment',
    'techvp.appointment_step', 'techvp.review', 'techvp.site_days', 'techvp.outcome',
    'rotation.placement', 'rotation.placement_step', 'rotation.posting', 'rotation.review',
    'rotation.headcount_transfer', 'land.session', 'land.agenda_item', 'land.decision',
    'land.task']
  loop
    execute format('create index on %s (event_id)', subject::regclass);
  end loop;
end $$;

-- A county sees why its enterprises got nothing, and not the round.
create function access.unserved_in(of_event bigint) returns table (mechanism text, request text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.mechanism::text, q.request
  from allocation.round r
  join allocation.round_unserved u using (round_id)
  join allocation.round_request q using (round_id, request_no)
  where r.event_id = of_event and r.kind = 'nightly'
    and (access.jurisdiction() is null or r.jurisdiction = access.jurisdiction())
    and (select access.duty()) in ('reader', 'clerk', 'owner', 'approver')
    and (r.mechanism::text = any ((select access.mechanisms())::text[])
      or q.uscc in (select access.own_enterprises()))
    and not exists (
      select from allocation.round l
      where l.kind = 'nightly' and l.mechanism = r.mechanism and l.jurisdiction = r.jurisdiction
        and l.business_date > r.business_date)
$$;
comment on function access.unserved_in(bigint) is
  '一个审计事件所存的最近一轮中未获配（贷款为未获推荐）的诉求，限调用者可见者';

-- Posts only: whether the caller sees them, their own table says.
create function access.transferred_posts(of_event bigint) returns table (post text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select p.post from rotation.headcount_transfer t
  cross join lateral (values (t.from_post), (t.to_post)) p (post)
  where t.event_id = of_event and access.duty() in ('reader', 'clerk', 'owner', 'approver')
$$;
comment on function access.transferred_posts(bigint) is '一个审计事件划转编制的事业岗位';

grant execute on function access.unserved_in(bigint), access.transferred_posts(bigint)
  to yaosu_reader, yaosu_department;
