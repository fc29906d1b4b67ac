-- What the database keeps of appointments and of ranks under seal.
begin;
select plan(18);

select audit.begin('tester', 'test', 'techvp');
insert into registry.regions (code, name, kind) values ('341800', '宣城市', 'prefecture');
insert into registry.enterprises (uscc, name, region, industry, size, rating, jurisdiction)
select u, '企业', '341800', 'C36', 'medium', 'A', '341800'
from unnest(array['91341802CR63F0WT2P', '913418217HLUH44C6M']) u;
insert into registry.universities (code, name, max_experts, jurisdiction)
values ('4134010359', '合肥工业大学', 2, '341800');
insert into registry.experts (code, name, university, title, fields, regions, available_from,
  days_per_month, past_projects, jurisdiction)
values ('ZJ-1', '欧阳娜', '4134010359', 'professor', '{8.7}', '{341800}', '2026-01-01', 6, 0,
  '341800');
insert into registry.expert_requests (number, uscc, submitted_on, problem, fields, min_title,
  days_per_month, start_on, months)
values ('Q1', '91341802CR63F0WT2P', '2026-01-01', '难题', '{8.7}', 'lecturer', 4, '2026-02-01', 12),
  ('Q2', '913418217HLUH44C6M', '2026-01-01', '难题', '{8.7}', 'lecturer', 4, '2026-02-01', 12);

insert into allocation.round (mechanism, jurisdiction, business_date, kind, status, policy_version,
  seed, input_digest, content_digest, requests, options, assigned, objective, bound, certificate,
  scale, algorithm, solve_ms, started_at, finished_at)
values ('techvp', '341800', '2026-01-05', 'nightly', 'stable', 2, 's', repeat('0', 64),
  repeat('0', 64), 0, 0, 0, 0, 0, 'price', 1, 'test', 0, now(), now());
create function pg_temp.offer(request text) returns bigint language sql as $$
  insert into allocation.offer (round_id, mechanism, jurisdiction, request, uscc, resource, detail,
    amount, unit, score, due_on, due_is_provisional)
  select max(r.round_id), 'techvp', '341800', request, q.uscc, 'ZJ-1', '{}', 1, 'person', 1,
    '2026-01-12', false
  from allocation.round r, registry.expert_requests q where q.number = request
  group by q.uscc returning offer_id
$$;
select pg_temp.offer('Q1');

select is((select state from techvp.appointment where request = 'Q1'), 'offered',
  'an offer opens an appointment');
select throws_ok($$ update techvp.appointment set state = 'active' $$, '23514', null,
  'no arrow leads from an offer to a term');
update allocation.offer set state = 'accepted', answered_by = 'university:4134010359',
  answered_on = '2026-01-06' where request = 'Q1';
select is((select state from techvp.appointment where request = 'Q1'), 'consented',
  'the accepted offer is the consent');
create function pg_temp.agree(of_request text, begins date, months integer) returns void
language sql as $$
  update techvp.appointment set state = 'agreed', state_on = greatest(state_on, begins),
    agreement_no = 'X', starts_on = begins, months = agree.months,
    ends_on = (begins + make_interval(months => agree.months))::date - 1
  where request = of_request
$$;
select throws_ok($$ select pg_temp.agree('Q1', '2026-02-01', 11) $$, '23514', null,
  'eleven months are too short');
select throws_ok($$ select pg_temp.agree('Q1', '2026-02-01', 37) $$, '23514', null,
  'thirty-seven are too long');
select lives_ok($$ select pg_temp.agree('Q1', '2026-02-01', 12) $$, 'a year is agreed');
select throws_ok($$ update techvp.appointment set months = 24, ends_on = '2028-01-31' $$, '23514',
  null, 'what was agreed stays');
select techvp.move_terms('341800', '2026-02-05');
select results_eq($$ select state, state_on from techvp.appointment $$,
  $$ values ('active', date '2026-02-01') $$, 'a late night begins the term on its day');
select results_eq($$ select year_no, due_on from techvp.review $$,
  $$ values (1::smallint, date '2027-01-31') $$, 'the year is to be reviewed');
update techvp.appointment set state = 'ended', state_on = '2026-06-30', end_code = 'mutual';
select is((select state from allocation.offer where request = 'Q1'), 'released',
  'the end frees the offer');
select throws_ok(
  $$ update techvp.review set grade = 'passed', reviewed_on = '2026-06-30', reviewed_by = 't' $$,
  '23514', null, 'an ended term is not reviewed');

select pg_temp.offer('Q2');
update allocation.offer set state = 'accepted', answered_by = 'university:4134010359',
  answered_on = '2026-06-20' where request = 'Q2';
select throws_ok($$ select pg_temp.agree('Q2', '2026-06-30', 12) $$, '23P01', null,
  'two terms of one expert do not share a day');
select lives_ok($$ select pg_temp.agree('Q2', '2026-07-01', 12) $$, 'the next day is free');

insert into registry.expert_rankings (side, request, expert, rank) values ('expert', 'Q1', 'ZJ-1', 1);
select is(has_table_privilege('yaosu_service', 'registry.expert_rankings', 'select'), false,
  'the service does not read ranks');
select is((select count(*) from registry.opened_rankings('341800')), 0::bigint,
  'a list is sealed until a round opens it');
set local yaosu.sealing = 'on';
select is((select count(*) from registry.opened_rankings('341800')), 0::bigint,
  'whatever a session sets');
select is(registry.open_rankings('341800', '2026-07-01'), 1, 'the round opens it');
select is((select hash_holds from report.ranking), true, 'and its hash holds');

select * from finish();
rollback;
