-- The default policy and the rules of its versions.
begin;
select plan(11);

select results_eq(
  $$ select split_part(name, '.', 1), sum(number) from policy.parameters
     where version = 1 and name like '%.weight.%' group by 1 order by 1 $$,
  $$ values ('finance', 1.00), ('land', 1.00), ('rotation', 1.00), ('techvp', 1.00) $$,
  'the weights of each mechanism add up to 1');
select results_eq(
  $$ select version from policy.in_force where in_force_from <= '2026-11-20' order by 1 $$, array[1, 2],
  'version 1 and, from the same day, version 2');

select audit.begin('tester', 'test', 'policy');
select throws_like(
  $$ update policy.parameters set number = 1 where name = 'land.weight.tax' and version = 1 $$,
  '%no longer a draft%', 'a version in force does not change');
select throws_like(
  $$ delete from policy.parameters where version = 1 $$, '%no longer a draft%',
  'nor does it lose a parameter');
select throws_like(
  $$ update policy.versions set state = 'draft' where version = 1 $$, '%no arrow%',
  'a version in force is not reopened');
select throws_like(
  $$ update policy.versions set in_force_from = '2030-01-01' where version = 1 $$, '%no arrow%',
  'nor does the day move from which it is in force');
select throws_like(
  $$ delete from policy.versions where version = 1 $$, '%stays on record%', 'nor does it go away');
select lives_ok(
  $$ insert into policy.versions (version, title, state) values (3, '草案', 'draft') $$,
  'a draft may be made');
select lives_ok(
  $$ insert into policy.parameters (version, name, number, unit, meaning)
     values (3, 'land.weight.tax', 0.5, '权重', '亩均税收') $$,
  'and filled');
select throws_ok(
  $$ insert into policy.parameters (version, name, number, word, unit, meaning)
     values (3, 'land.weight.chain', 0.5, 'both', '权重', '与产业链契合') $$,
  '23514', null, 'a parameter is a number or a word, not both');

update policy.versions set state = 'in_force', in_force_from = '2026-01-01' where version = 3;
update policy.versions set state = 'retired' where version = 3;
select results_eq(
  $$ select version from policy.in_force where in_force_from <= '2026-11-20' order by 1 $$,
  array[1, 2],
  'what is retired is in force no more');

select * from finish();
rollback;
