-- The states of an offer and what the database refuses about them.
begin;
select plan(14);

select audit.begin('tester', 'test', 'offers');
insert into registry.regions (code, name, kind, parent) values ('341800', '宣城市', 'prefecture', null)
  on conflict do nothing;
insert into allocation.round (mechanism, jurisdiction, business_date, kind, status, policy_version,
  seed, input_digest, content_digest, requests, options, assigned, objective, bound, certificate,
  scale, algorithm, solve_ms, started_at, finished_at)
values ('techvp', '341800', '2026-01-05', 'nightly', 'optimal', 1, 's', repeat('0', 64),
  repeat('0', 64), 2, 2, 2, 2, 2, 'price', 1, 'test', 0, now(), now());

create function pg_temp.add_offer(request text, resource text, state text default 'offered')
returns bigint language sql as $$
  insert into allocation.offer (round_id, mechanism, jurisdiction, request, uscc, resource, detail,
    amount, unit, score, state, due_on, due_is_provisional)
  select max(round_id), 'techvp', '341800', request, 'x', resource, '{}', 1, 'person', 1, state,
    '2026-01-12', false
  from allocation.round
  returning offer_id
$$;
create temporary table made as
  select pg_temp.add_offer('Q1', 'E1') as first, pg_temp.add_offer('Q2', 'E2') as second;

select throws_ok($$ select pg_temp.add_offer('Q3', 'E1') $$, '23505', null,
  'an expert has one live offer');
select throws_ok(
  $$ update allocation.offer set state = 'released' where offer_id = (select first from made) $$,
  '23514', null, 'an offer that nobody accepted is not released');
select lives_ok(
  $$ update allocation.offer set state = 'accepted', answered_by = 't', answered_on = '2026-01-06'
     where offer_id = (select first from made) $$,
  'an offer is accepted');
select throws_ok(
  $$ update allocation.offer set state = 'declined', answer_code = 'unsuitable'
     where offer_id = (select first from made) $$,
  '23514', null, 'what was accepted is not declined');
select throws_ok(
  $$ update allocation.offer set state = 'offered' where offer_id = (select first from made) $$,
  '23514', null, 'nor offered again');
select throws_ok($$ select pg_temp.add_offer('Q3', 'E1') $$, '23505', null,
  'a committed expert gets no other offer');
select lives_ok(
  $$ update allocation.offer set state = 'released', answer_code = 'ended'
     where offer_id = (select first from made) $$,
  'a commitment is released');
select lives_ok($$ select pg_temp.add_offer('Q3', 'E1') $$, 'and the expert is free again');
select lives_ok(
  $$ update allocation.offer set state = 'expired' where offer_id = (select second from made) $$,
  'an offer expires');
select throws_ok(
  $$ update allocation.offer set state = 'accepted', answered_by = 't', answered_on = '2026-01-06'
     where offer_id = (select second from made) $$,
  '23514', null, 'and is then not accepted');
select throws_ok(
  $$ update allocation.offer set state = 'lost' where offer_id = (select first from made) $$,
  '23514', null, 'there are no other states');
select is(
  has_table_privilege('yaosu_service', 'allocation.offer_arrow', 'insert, update, delete'), false,
  'the service does not draw arrows');
select throws_like(
  $$ with other as (select set_config('yaosu.event_id', '0', true))
     insert into allocation.round_row
     select max(round_id), 0, 'x', 'x', 'x', 'x', 0, 0, 0, 0 from allocation.round, other $$,
  '%with its round only%', 'nothing is added to a round later');
select throws_ok(
  $$ insert into allocation.round (mechanism, jurisdiction, business_date, kind, status,
       policy_version, seed, input_digest, content_digest, requests, options, assigned, objective,
       bound, certificate, scale, algorithm, solve_ms, started_at, finished_at)
     select mechanism, jurisdiction, business_date, kind, status, policy_version, seed,
       input_digest, content_digest, requests, options, assigned, objective, bound, certificate,
       scale, algorithm, solve_ms, started_at, finished_at
     from allocation.round order by round_id desc limit 1 $$,
  '23505', null, 'one night a mechanism, jurisdiction and business date');

select * from finish();
rollback;
