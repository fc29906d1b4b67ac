-- The one door for changes.
begin;
select plan(21);

create table registry.door_test (key text primary key, value integer);
select audit.watch('registry.door_test', array['key']);
create temporary table before_test as select coalesce(max(position), 0) as position from audit.event;

select throws_like(
  $$ insert into registry.door_test values ('a', 1) $$, '%audit.begin only%',
  'a write without an open event is refused');

select lives_ok(
  $$ select audit.begin('tester', 'cause', 'insert', '2026-11-20 10:00+08') $$, 'an event opens');
select throws_like(
  $$ select audit.begin('tester', 'cause', 'again') $$, '%already open%',
  'one event a transaction');
select lives_ok($$ insert into registry.door_test values ('a', 1), ('b', 2) $$,
  'a write inside the event passes');
select throws_like(
  $$ insert into registry.door_test (key, value, event_id) values ('c', 3, 1) $$,
  '%set by the door%', 'the event of a row is not the writer''s to choose');
select throws_like(
  $$ insert into registry.door_test (key, value, known_from) values ('c', 3, '1990-01-01') $$,
  '%set by the door%', 'nor is the time from which it is known');
select throws_like($$ truncate registry.door_test $$, '%append-only%', 'no truncation');

set constraints all immediate;
select is((select count(*) from audit.event where position > (select position from before_test)),
  1::bigint, 'sealing makes one event');
select is(
  (select changes #>> '{0,rows}' from audit.event order by position desc limit 1), '2',
  'with the number of rows');
select is(
  (select changes #>> '{0,values,1,key}' from audit.event order by position desc limit 1), 'b',
  'and the rows themselves, as they are few');
select is_empty($$ select * from audit.chain_break() $$, 'the chain is unbroken');
select throws_like($$ update audit.event set actor = 'someone else' $$, '%append-only%',
  'events do not change');
select throws_like($$ delete from audit.event $$, '%append-only%', 'events do not go away');
select throws_like($$ delete from audit.row_history $$, '%append-only%', 'history does not go away');
select set_config('yaosu.event_id', '999999999', true);
select throws_like($$ insert into registry.door_test values ('z', 9) $$, '%not open%',
  'an event that nobody opened is no event');

-- A second event in the same transaction, as a test needs one.
set constraints all deferred;
select set_config('yaosu.event_id', '', true);
select audit.begin('tester', 'cause', 'update', '2026-11-19 10:00+08');
update registry.door_test set value = 10 where key = 'a';
delete from registry.door_test where key = 'b';
set constraints all immediate;

select is(
  (select count(*) from audit.row_history where table_name = 'registry.door_test'), 2::bigint,
  'the superseded and the deleted row are kept');
select results_eq(
  $$ select r ->> 'key', r ->> 'value'
     from audit.rows_as_of('registry.door_test', '2026-11-20 10:00+08') r order by 1 $$,
  $$ values ('a', '1'), ('b', '2') $$,
  'an event of an earlier effective time does not reach back: what was known then stays readable');
select results_eq(
  $$ select r ->> 'key', r ->> 'value'
     from audit.rows_as_of('registry.door_test', 'infinity') r order by 1 $$,
  $$ values ('a', '10') $$,
  'and its own values are known from when they were entered');

alter table audit.event disable trigger append_only;
update audit.event set actor = 'forger' where position = (select max(position) from audit.event);
select results_eq($$ select what from audit.chain_break() $$, $$ values ('hash') $$,
  'a forged event breaks the chain');
delete from audit.event where position = (select max(position) from audit.event);
select results_eq($$ select what from audit.chain_break() $$, $$ values ('head') $$,
  'and so does a missing last one');

select set_config('yaosu.event_id', '', true);
create temporary table count_test as select count(*) as events from audit.event;
set constraints all deferred;
select audit.begin('tester', 'cause', 'nothing');
update registry.door_test set value = 0 where false;
set constraints all immediate;
select is((select count(*) from audit.event), (select events from count_test),
  'an event that changed nothing leaves no trace');

select * from finish();
rollback;
