-- Placements: what the database refuses, whoever writes.
begin;
select plan(16);

select audit.begin('tester', 'test', 'rotation');
insert into registry.regions (code, name, kind, parent, jurisdiction) values
  ('341800', '宣城市', 'prefecture', null, '341800'), ('341802', '宣州区', 'county', '341800', '341800')
  on conflict do nothing;
insert into registry.chains (code, name, industry_divisions, majors, jurisdiction)
  values ('C01', '汽车零部件', '{C36}', '{0802}', '341800');
insert into registry.enterprises (uscc, name, region, industry, chain, size, jurisdiction)
  values ('91341802CR63F0WT2P', '样本', '341802', 'C3670', 'C01', 'large', '341800');
insert into registry.universities (code, name, max_experts, jurisdiction)
  values ('4134010359', '合肥工业大学', 5, '341800');
insert into registry.talents (code, name, university, degree, major, regions, available_from, jurisdiction)
  select 'T' || n, '张三丰', '4134010359', 'master', '0802', '{341802}', '2026-01-01', '341800'
  from generate_series(1, 4) n;
insert into registry.host_posts (number, uscc, submitted_on, majors, min_degree, min_seats, max_seats,
    start_on, months, jurisdiction, department)
  values ('H1', '91341802CR63F0WT2P', '2026-01-01', '{0802}', 'bachelor', 0, 2, '2026-02-01', 24,
    '341800', 'county:341802');
insert into registry.institution_posts (code, institution, region, majors, headcount, jurisdiction)
  values ('P1', '甲单位', '341802', '{0802}', 1, '341800'), ('P2', '乙单位', '341802', '{0802}', 3, '341800');

create function pg_temp.place(talent text, post text, months integer default 24,
  starts date default '2026-02-01') returns bigint language sql as $$
  with p as (
    insert into rotation.placement (document_no, jurisdiction, talent, institution_post, starts_on,
      ends_on, state, state_on)
    values ('文号', '341800', talent, post, starts, starts + make_interval(months => months),
      'recruited', '2026-01-05')
    returning placement_id, starts_on, ends_on)
  insert into rotation.posting (placement_id, posting_no, host_post, period)
  select placement_id, 1, 'H1', daterange(starts_on, ends_on) from p returning placement_id
$$;

select throws_ok($$ select pg_temp.place('T1', 'P1', 11) $$, '23514', null, 'a term under 12 months');
select throws_ok($$ select pg_temp.place('T1', 'P1', 37) $$, '23514', null, 'a term over 36 months');
select lives_ok($$ select pg_temp.place('T1', 'P1') $$, 'a talent is placed');
select throws_ok($$ select pg_temp.place('T1', 'P2') $$, '23505', null, 'a talent is hired once');
select throws_like($$ select pg_temp.place('T2', 'P1') $$, 'institution post P1:%in 2026-02',
  'the worst case of a post is kept');
select throws_like($$ select pg_temp.place('T2', 'P1', 24, '2028-06-01') $$,
  'institution post P1:%', 'even after the other''s term: everyone may return');
select lives_ok($$ select pg_temp.place('T2', 'P2') $$, 'another post takes the second talent');
select throws_like($$ select pg_temp.place('T3', 'P2') $$, 'host post H1:%', 'the host has two seats');
select lives_ok($$ select pg_temp.place('T3', 'P2', 24, '2028-02-01') $$,
  'a seat is free again when the term is over');
select throws_like(
  $$ insert into rotation.headcount_transfer (from_post, to_post, amount, effective_on, document_no,
      decided_by) values ('P2', 'P1', 2, '2030-01-01', '文号', '编办') $$,
  'institution post P2:%in 2030-01', 'nothing that is promised is transferred, however far ahead');
select throws_ok(
  $$ insert into rotation.headcount_transfer (from_post, to_post, amount, effective_on, document_no,
      decided_by) values ('P2', 'P1', 1, '2030-01-02', '文号', '编办') $$,
  '23514', null, 'transfers begin with a month');
select throws_like($$ update registry.institution_posts set headcount = 1 where code = 'P2' $$,
  'institution post P2:%', 'the registry does not cut a post below its promises');
select throws_like($$ update registry.host_posts set max_seats = 1 where number = 'H1' $$,
  'host post H1:%', 'nor a host below those who are there');
select throws_ok($$ update rotation.placement set state = 'settled' where talent = 'T1' $$, '23514',
  null, 'no arrow leads from recruited to settled');
select throws_ok($$ update rotation.placement_step set reached_on = '2026-01-01' $$, '42501', null,
  'steps are append-only');
select is(
  (select string_agg(distinct talent_name, ',') from report.placement), '张**', 'names are masked');

select * from finish();
rollback;
