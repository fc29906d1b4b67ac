-- What takes two persons, past the program: the table's own rules.
begin;
select plan(22);

select audit.begin('tester', 'test', 'acts');
insert into policy.versions (version, title, state, base) values (3, '草案', 'draft', 2);
insert into policy.parameters (version, name, number, word, unit, meaning)
select 3, name, number, word, unit, meaning from policy.parameters where version = 2;
select throws_ok(
  $$ update policy.parameters set number = 1.5 where version = 3 and name = 'land.weight.tax' $$,
  '23514', null, 'a weight is at most 1');
select throws_ok(
  $$ update policy.parameters set number = 1.5 where version = 3 and name = 'land.clock.answer' $$,
  '23514', null, 'working days are whole');
select throws_ok(
  $$ update policy.parameters set word = 'fair' where version = 3 and name = 'techvp.rule' $$,
  '23514', null, 'a word is one of those known');
select is(policy.start_fault(2, '2099-01-01'), 'not_draft', 'what is in force stays as it is');
select is(policy.start_fault(3, (now() at time zone 'Asia/Shanghai')::date), 'back_dated',
  'today has begun');
select is(policy.start_fault(3, '2099-01-01'), null, 'a day to come will do');

select set_config('yaosu.department', 'office', true), set_config('yaosu.person', 'li', true);
select throws_ok(
  $$ insert into allocation.act (kind, subject, content, content_digest)
     values ('put_policy_in_force', '3', '{"in_force_from": "2099-01-01"}', repeat('0', 64)) $$,
  '23514', null, 'the digest is the content''s');
select lives_ok(
  $$ insert into allocation.act (kind, subject, content, content_digest)
     values ('put_policy_in_force', '3', '{"in_force_from": "2099-01-01"}',
       allocation.act_digest('put_policy_in_force', '3', '{"in_force_from": "2099-01-01"}')) $$,
  'it is asked for');
select throws_ok(
  $$ update allocation.act set state = 'approved' $$, '23514', null, 'nobody approves their own');
select set_config('yaosu.person', 'wang', true);
update policy.parameters set number = 6 where version = 3 and name = 'land.clock.answer';
select throws_ok(
  $$ update allocation.act set state = 'approved' $$, '23514', null,
  'nor what has changed meanwhile');
update policy.parameters set number = 5 where version = 3 and name = 'land.clock.answer';
select lives_ok($$ update allocation.act set state = 'approved' $$, 'another person approves');
select throws_ok(
  $$ update allocation.act set state = 'refused', decision_note = 'x' $$, '55000', null,
  'what is decided stays decided');
select throws_ok(
  $$ insert into allocation.act (kind, subject, content, content_digest)
     values ('put_policy_in_force', '3', '{"in_force_from": "2099-02-01"}',
       allocation.act_digest('put_policy_in_force', '3', '{"in_force_from": "2099-02-01"}'));
     select set_config('yaosu.person', 'li', true);
     update allocation.act set state = 'approved' where state = 'asked' $$,
  '23505', null, 'a version comes into force once');

-- Two prefectures with a chain of the same code, and what an override names.
select set_config('yaosu.person', 'li', true);
insert into registry.regions (code, name, kind) values
  ('341700', '池州市', 'prefecture'), ('341702', '贵池区', 'county'),
  ('341800', '宣城市', 'prefecture'), ('341802', '宣州区', 'county');
insert into registry.chains (jurisdiction, code, name, industry_divisions) values
  ('341700', 'C01', '甲链', '{C36}'), ('341800', 'C01', '乙链', '{C36}');
create function pg_temp.ask(place text, of_subject text, of_content jsonb, of_kind text)
returns bigint
language sql
as $$
  insert into allocation.act (kind, subject, jurisdiction, content, content_digest)
  select of_kind, of_subject, place, c, allocation.act_digest(of_kind, of_subject, c)
  from (select allocation.act_pinned(of_kind, place, of_content) as c offset 0) pinned
  returning act_id
$$;
create temporary table wish (content jsonb);
insert into wish values ('{"chain": "C01", "lead": "B1", "partner": "B2", "from": "2099-01-01"}');
select lives_ok(
  $$ select pg_temp.ask('341700', 'C01', content, 'change_banks') from wish $$,
  'a change of a chain''s banks waits in one prefecture');
select lives_ok(
  $$ select pg_temp.ask('341800', 'C01', content, 'change_banks') from wish $$,
  'and another one''s in the other');
select throws_ok(
  $$ select pg_temp.ask('341800', 'C01', content, 'change_banks') from wish $$, '23505', null,
  'but no two in one');
select throws_ok(
  $$ insert into allocation.act (kind, subject, jurisdiction, content, content_digest)
     select 'change_banks', 'C02', '341800', content,
       allocation.act_digest('change_banks', 'C02', content) from wish $$,
  '23514', null, 'an override that does not say on what it was asked for is none');
insert into policy.versions (version, title, state, base) values (4, '草案', 'draft', 2);
select lives_ok(
  $$ select pg_temp.ask(null, '4', '{"in_force_from": "2099-03-01"}', 'put_policy_in_force') $$,
  'a policy is of all prefectures');
select throws_ok(
  $$ select pg_temp.ask(null, '4', '{"in_force_from": "2099-03-01"}', 'put_policy_in_force') $$,
  '23505', null, 'and waits once');

insert into registry.enterprises (uscc, name, region, industry, size) values
  ('91341802CR63F0WT2P', '宣城样本企业0', '341802', 'C3670', 'small'),
  ('913418217HLUH44C6M', '宣城样本企业1', '341802', 'C3670', 'small');
insert into registry.parcels (code, region, land_use, area_mu, divisible, allowed_divisions,
    min_investment_wan_per_mu, min_tax_wan_per_mu, ready_on)
  values ('DK-A', '341802', '0601', 50, true, '{C36}', 200, 10, '2026-10-01');
insert into registry.land_requests (number, uscc, project, submitted_on, industry, area_mu,
    min_area_mu, regions, investment_wan, tax_wan, energy_tce, priority, needed_by)
  values ('TD-1', '91341802CR63F0WT2P', '项目一', '2026-09-01', 'C3612', 20, 20, '{341802}', 6000, 400,
    100, 'city', '2027-06-30');
select is(
  allocation.act_pinned('allocate_land', '341800', '{"request": "TD-1", "parcel": "DK-A"}'),
  jsonb_build_object('request', 'TD-1', 'parcel', 'DK-A', 'versions', jsonb_build_object(
    'request', audit.open_event_id()::text, 'parcel', audit.open_event_id()::text)),
  'a parcel for a request is pinned to the versions of both');
select pg_temp.ask('341800', 'TD-1', '{"request": "TD-1", "parcel": "DK-A"}', 'allocate_land');
select set_config('yaosu.person', 'wang', true);
-- Within one event every version is the same: what another event has written is told by its number.
select set_config('yaosu.event_id', '', true);
select audit.begin('tester', 'test', 'a request is changed');
update registry.land_requests set uscc = '913418217HLUH44C6M' where number = 'TD-1';
select throws_ok(
  $$ update allocation.act set state = 'approved' where kind = 'allocate_land' $$, '23514', null,
  'what was changed since is not approved');
select lives_ok(
  $$ update allocation.act set state = 'withdrawn' where kind = 'allocate_land' $$,
  'it can be taken back');

select * from finish();
rollback;
