-- What takes two persons, past the program: the table's own rules.
begin;
select plan(13);

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

select * from finish();
rollback;
