-- Reminders are raised once; names are masked, and read only with a committed trace.
begin;
select plan(13);

select audit.begin('test', 'test', 'test');
insert into registry.regions (code, name, kind) values ('341800', '宣城市', 'prefecture');
insert into registry.universities (code, name, max_experts, jurisdiction)
values ('4134010359', '合肥工业大学', 2, '341800');
insert into registry.experts (code, name, university, title, fields, regions, available_from,
  days_per_month, past_projects, jurisdiction)
values ('ZJ-1', '欧阳娜', '4134010359', 'professor', '{8.7}', '{341800}', '2026-01-01', 6, 0,
  '341800');

select is(registry.mask_name('张三'), '张*', 'two characters');
select is(registry.mask_name('欧阳娜娜'), '欧***', 'four characters');
select is(registry.mask_name('张'), '张*', 'one character does not tell that it is all');

insert into allocation.reminder_kind values ('techvp', 'pgtap', '试', 'test');
insert into allocation.outbox (mechanism, jurisdiction, department, subject_kind, subject, kind,
  due_on, raised_on)
values ('techvp', '341800', 'science', 'appointment', '1', 'pgtap', '2026-06-01', '2026-05-01');
select throws_ok(
  $$ insert into allocation.outbox (mechanism, jurisdiction, department, subject_kind, subject,
       kind, due_on, raised_on)
     values ('techvp', '341800', 'science', 'appointment', '1', 'pgtap', '2026-06-01',
       '2026-05-09') $$,
  '23505', null, 'a later night does not raise the same reminder');
select throws_ok(
  $$ insert into allocation.outbox (mechanism, jurisdiction, department, subject_kind, subject,
       kind, due_on, raised_on)
     values ('techvp', '341800', 'science', 'appointment', '1', 'unknown', '2026-06-01',
       '2026-05-09') $$,
  '23503', null, 'a kind of reminder is known');
update allocation.outbox set delivered_at = '2026-05-02 08:00+08' where kind = 'pgtap';
select throws_ok(
  $$ update allocation.outbox set delivered_at = null where kind = 'pgtap' $$,
  '23514', null, 'what is delivered stays delivered');

select is(
  has_function_privilege('yaosu_report', 'report.ask_personal(text, text, text, text)', 'execute'),
  false, 'a reader of reports does not read names');
select is(
  has_function_privilege('yaosu_service', 'report.personal(bigint)', 'execute'),
  false, 'nor does the service');
select is(
  has_function_privilege('yaosu_personal', 'report.personal(bigint)', 'execute'),
  true, 'the right to personal data does');
select is(
  has_table_privilege('yaosu_personal', 'registry.experts', 'select'), false,
  'and only through the function');

-- The test's own event is open; a reading needs one of its own.
select set_config('yaosu.event_id', '', true);
select throws_ok(
  $$ select report.ask_personal('expert', 'ZJ-1', ' ') $$, '23514', null,
  'no reading without a purpose');
select throws_ok(
  $$ select report.ask_personal('expert', 'ZJ-2', '核实聘期') $$, 'P0002', null,
  'nobody of that code');
select throws_ok(
  $$ select report.personal(report.ask_personal('expert', 'ZJ-1', '核实聘期')) $$, '42501', null,
  'nothing is told before the trace is committed');

select * from finish();
rollback;
