-- What the registry refuses, whoever writes. Run by pg_prove on a migrated database.
begin;
set local search_path = public, extensions;
select plan(52);

-- ── check digits ────────────────────────────────────────────────────────────────────────────────
select ok(registry.is_uscc(code), code || ' is right') from unnest(array[
  '91350100M000100Y43', '91110000101623741K', '911101066976941872', '11341700003244967K',
  '91341800MA2W1EY93F', '91341800MA0WTCDK30', '91341802MA5ENGMD40', '91341821MAHT7LRNX0',
  '91341881BYUJBEX8XR']) code;
select ok(not registry.is_uscc(code), code || ' is wrong') from unnest(array[
  '91350100M000100Y4Z', '91350211M0000XUF46', '91350100M000100Y44', '91350100M000100Y4',
  '91350100m000100y43', '91A50100M000100Y43', '9.13501E+17', '']) code;

-- ── lists of codes, short ones and those that a query looks through ────────────────────────────────
select ok(registry.is_code_list(list), list::text || ' is a list of codes') from unnest(array[
  '{a}', '{a,b}', '[0:1]={a,b}', '{a,b,c,d,e,f,g,h,i}']) listing, lateral (
    select listing::text[] as list) l;
select ok(not registry.is_code_list(list), list::text || ' is none') from unnest(array[
  '{}', '{""}', '{" a"}', '{a,a}', '{a,NULL}', '{{a,b},{c,d}}', '[5:6]={a,a}',
  '{a,b,c,d,e,f,g,h,a}', '{a,b,c,d,e,f,g,h," i"}', '{a,b,c,d,e,f,g,h,NULL}']) listing, lateral (
    select listing::text[] as list) l;

-- ── the door ────────────────────────────────────────────────────────────────────────────────────
select throws_ok($$ insert into registry.banks values ('B1', 'x', 'state', 1, 1, '341800') $$,
  '55000', null, 'no write without an event');
select isnt(audit.begin('test', 'pgTAP', 'insert'), null, 'an event opens');

insert into reference.division (code, name, kind, standard) values
  ('341800', '宣城市', 'prefecture', 'GB/T 2260'), ('341802', '宣州区', 'county', 'GB/T 2260'),
  ('341700', '池州市', 'prefecture', 'GB/T 2260'), ('341702', '贵池区', 'county', 'GB/T 2260')
on conflict do nothing;
insert into reference.industry (code, name, level, parent) values
  ('C', '制造业', 1, null), ('C36', '汽车制造业', 2, 'C') on conflict do nothing;

-- ── derived columns ─────────────────────────────────────────────────────────────────────────────
insert into registry.regions (code, name, kind, parent) values
  ('341800', '宣城市', 'prefecture', null), ('341802', '宣州区', 'county', '341800'),
  ('341700', '池州市', 'prefecture', null), ('341702', '贵池区', 'county', null);
select is(jurisdiction::text, '341700', 'a county without a parent belongs to its code''s prefecture')
from registry.regions where code = '341702';
insert into registry.chains (code, name, industry_divisions, jurisdiction) values
  ('C01', '汽车零部件', '{C36}', '341800');
insert into registry.enterprises (uscc, name, region, industry, chain, size) values
  ('91350100M000100Y43', '甲', '341802', 'C36', 'C01', 'small');
select is(department, 'county:341802', 'a county answers for its enterprises')
from registry.enterprises;
insert into registry.finance_requests (number, uscc, submitted_on, amount_wan, term_months,
  collateral, max_rate_pct, purpose, first_loan, needed_by) values
  ('R1', '91350100M000100Y43', '2026-01-01', 1, 1, '{credit}', 1, 'renewal', false, '2026-01-01');
select is(jurisdiction || department, '341800county:341802', 'a request follows its enterprise')
from registry.finance_requests;

-- ── references ──────────────────────────────────────────────────────────────────────────────────
select throws_ok($$ insert into registry.enterprises (uscc, name, region, industry, size)
  values ('91110000101623741K', '乙', '341802', 'C99', 'small') $$, '23503', null, 'industry');
select throws_ok($$ insert into registry.enterprises (uscc, name, region, industry, size)
  values ('91110000101623741K', '乙', '341899', 'C36', 'small') $$, '23503', null, 'region');
select throws_ok($$ insert into registry.enterprises (uscc, name, region, industry, chain, size)
  values ('91110000101623741K', '乙', '341702', 'C36', 'C01', 'small') $$, '23503', null,
  'a chain of another prefecture');
select throws_ok($$ insert into registry.enterprises
  (uscc, name, region, industry, size, jurisdiction)
  values ('91110000101623741K', '乙', '341802', 'C36', 'small', '341700') $$, '23503', null,
  'a prefecture that is not the region''s');
select throws_ok($$ delete from registry.chains $$, '23503', null, 'a chain with enterprises stays');
select throws_ok($$ update registry.chains set industry_divisions = '{C99}' $$, '23503', null,
  'a list names divisions that exist');
select throws_ok($$ update registry.chains set industry_divisions = '{C36,C36}' $$, '23514', null,
  'a list names nothing twice');
select throws_ok($$ update registry.chains set industry_divisions = '{}' $$, '23514', null,
  'a list is not empty');
select throws_ok($$ update registry.finance_requests set collateral = '{house}' $$, '23514', null,
  'a list of words holds words');

-- ── amounts and periods ─────────────────────────────────────────────────────────────────────────
select throws_ok($$ update registry.finance_requests set amount_wan = 0 $$, '23514', null,
  'an amount is positive');
select throws_ok($$ update registry.finance_requests set needed_by = '2025-12-31' $$, '23514', null,
  'needed after submitted');
insert into registry.banks (code, name, kind, max_chains, client_limit_wan, jurisdiction)
values ('B1', '银行', 'state', 1, 1, '341800');
insert into registry.credit_lines (bank, period_start, period_end, amount_wan)
values ('B1', '2026-01-01', '2026-03-31', 1), ('B1', '2026-04-01', '2026-06-30', 1);
select is(count(*)::int, 2, 'periods may touch') from registry.credit_lines;
select throws_ok($$ insert into registry.credit_lines (bank, period_start, period_end, amount_wan)
  values ('B1', '2026-06-30', '2026-07-31', 1) $$, '23P01', null, 'periods must not overlap');
insert into registry.land_quotas (code, region, kind, period_start, period_end, amount, unit)
values ('Q1', '341802', 'energy', '2026-01-01', '2026-12-31', 1, 'tce'),
  ('Q2', '341802', 'construction_land', '2026-01-01', '2026-12-31', 1, 'mu');
select throws_ok($$ update registry.land_quotas set kind = 'construction_land', unit = 'mu' $$,
  '23P01', null, 'one quota a region, kind and day');

-- ── comments ────────────────────────────────────────────────────────────────────────────────────
select is_empty($$
  select c.relname, a.attname from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum >= 0 and not a.attisdropped
  where c.relnamespace in ('registry'::regnamespace, 'reference'::regnamespace)
    and c.relkind = 'r' and col_description(c.oid, a.attnum) is null $$,
  'every column has a comment');
select is_empty($$
  select relname from pg_class
  where relnamespace in ('registry'::regnamespace, 'reference'::regnamespace)
    and relkind = 'r' and obj_description(oid, 'pg_class') is null $$,
  'every table has a comment');

select * from finish();
rollback;
