-- One table a spreadsheet table, under the same names (data/fields.csv), with what must never break
-- as constraints. `jurisdiction` is a prefecture and follows from the row's division, enterprise,
-- bank or request where it has one; composite foreign keys and triggers keep it true.
set local role yaosu_owner;

-- ── domains ─────────────────────────────────────────────────────────────────────────────────────

-- GB 32100-2015: 18 characters without I O S V Z, the last one a check modulo 31; characters 9 to
-- 17 are a GB 11714 body code with its own check modulo 11 (X counts 10). Written out term by term
-- over byte tables: a loop or a join costs ten times as much on a whole city.
create function registry.is_uscc(code text) returns boolean
language plpgsql immutable strict parallel safe
as $$
declare
  b bytea;
  base31 constant bytea := decode(repeat('00', 48) || '00010203040506070809' || repeat('00', 7)
    || '0a0b0c0d0e0f101100121314151600171819001a1b001c1d1e', 'hex');
  base36 constant bytea := decode(repeat('00', 48) || '00010203040506070809' || repeat('00', 7)
    || '0a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122', 'hex');
begin
  if code !~ '^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{8}[0-9X][0-9A-HJ-NP-RTUWXY]$' then
    return false;
  end if;
  b := decode(code, 'escape');
  return (
      get_byte(base31, get_byte(b, 0)) + 3 * get_byte(base31, get_byte(b, 1))
      + 9 * get_byte(base31, get_byte(b, 2)) + 27 * get_byte(base31, get_byte(b, 3))
      + 19 * get_byte(base31, get_byte(b, 4)) + 26 * get_byte(base31, get_byte(b, 5))
      + 16 * get_byte(base31, get_byte(b, 6)) + 17 * get_byte(base31, get_byte(b, 7))
      + 20 * get_byte(base31, get_byte(b, 8)) + 29 * get_byte(base31, get_byte(b, 9))
      + 25 * get_byte(base31, get_byte(b, 10)) + 13 * get_byte(base31, get_byte(b, 11))
      + 8 * get_byte(base31, get_byte(b, 12)) + 24 * get_byte(base31, get_byte(b, 13))
      + 10 * get_byte(base31, get_byte(b, 14)) + 30 * get_byte(base31, get_byte(b, 15))
      + 28 * get_byte(base31, get_byte(b, 16)) + get_byte(base31, get_byte(b, 17))
    ) % 31 = 0
    and (
      3 * get_byte(base36, get_byte(b, 8)) + 7 * get_byte(base36, get_byte(b, 9))
      + 9 * get_byte(base36, get_byte(b, 10)) + 10 * get_byte(base36, get_byte(b, 11))
      + 5 * get_byte(base36, get_byte(b, 12)) + 8 * get_byte(base36, get_byte(b, 13))
      + 4 * get_byte(base36, get_byte(b, 14)) + 2 * get_byte(base36, get_byte(b, 15))
      + case get_byte(b, 16) when ascii('X') then 10 else get_byte(b, 16) - ascii('0') end
    ) % 11 = 0;
end $$;
comment on function registry.is_uscc(text) is '统一社会信用代码的字符集与两处校验码是否正确';

create function registry.is_code_list(list text[]) returns boolean
language sql immutable strict parallel safe
as $$
  select cardinality(list) > 0 and array_ndims(list) = 1
    and array_position(list, null) is null
    and cardinality(list) = (select count(distinct e) from unnest(list) e)
    and not exists (select from unnest(list) e where e = '' or e <> btrim(e))
$$;
comment on function registry.is_code_list(text[]) is '清单非空、无空项、无重复';

create domain registry.uscc as text collate "C" check (registry.is_uscc(value));
comment on domain registry.uscc is '统一社会信用代码（GB 32100-2015）';
create domain registry.division_code as text check (value ~ '^[0-9]{6}$');
comment on domain registry.division_code is '六位行政区划代码';
create domain registry.code as text collate "C"
  check (char_length(value) between 1 and 64 and value = btrim(value));
comment on domain registry.code is '编号';
create domain registry.label as text check (char_length(value) between 1 and 2000);
comment on domain registry.label is '名称或说明';
create domain registry.code_list as text[] check (registry.is_code_list(value));
comment on domain registry.code_list is '清单：有序、无空项、无重复';
create domain registry.wan as bigint check (value between 0 and 1000000000000);
comment on domain registry.wan is '金额（万元）或能耗（吨标煤），整数';
create domain registry.mu as numeric(14, 4) check (value >= 0);
comment on domain registry.mu is '面积（亩）或指标数量，四位小数';
create domain registry.wan_per_mu as numeric(14, 2) check (value >= 0);
comment on domain registry.wan_per_mu is '每亩金额（万元/亩），两位小数';
create domain registry.percent as numeric(5, 2) check (value between 0 and 100);
comment on domain registry.percent is '百分数，两位小数';
create domain registry.headcount as integer check (value between 0 and 1000000000);
comment on domain registry.headcount is '人数、户数、条数等';
create domain registry.months as smallint check (value between 1 and 600);
comment on domain registry.months is '月数';
create domain registry.days_per_month as smallint check (value between 1 and 31);
comment on domain registry.days_per_month is '每月天数';
create domain registry.enterprise_size as text
  check (value in ('large', 'medium', 'small', 'micro'));
comment on domain registry.enterprise_size is '企业规模';
create domain registry.rating as text
  check (value in ('AAA', 'AA', 'A', 'BBB', 'BB', 'B', 'CCC'));
comment on domain registry.rating is '信用等级，自高至低';
create domain registry.collateral as text check (value in
  ('credit', 'mortgage', 'guarantee', 'intellectual_property', 'receivables'));
comment on domain registry.collateral is '担保方式';
create domain registry.title as text
  check (value in ('professor', 'associate_professor', 'lecturer', 'engineer'));
comment on domain registry.title is '职称';
create domain registry.degree as text check (value in ('doctor', 'master', 'bachelor'));
comment on domain registry.degree is '学位';

-- ── shared triggers ─────────────────────────────────────────────────────────────────────────────

-- Arguments: parent table, its key, our column that holds that key, and 'department' where the
-- parent's department answers for the row too. A missing parent is left to the foreign key.
create function registry.derive_from_parent() returns trigger
language plpgsql
as $$
declare
  parent record;
begin
  execute format('select jurisdiction, department from %s where %I = $1', tg_argv[0], tg_argv[1])
    into parent using to_jsonb(new) ->> tg_argv[2];
  if parent.jurisdiction is null then
    raise exception '% % does not exist', tg_argv[0], to_jsonb(new) ->> tg_argv[2]
      using errcode = 'foreign_key_violation';
  end if;
  new.jurisdiction := parent.jurisdiction;
  if tg_nargs > 3 then
    new.department := parent.department;
  end if;
  return new;
end $$;
comment on function registry.derive_from_parent() is '由上级行取得所属地级市与负责部门';

create function registry.derive_from_own_code() returns trigger
language plpgsql
as $$
begin
  new.jurisdiction := case new.kind
    when 'prefecture' then new.code else coalesce(new.parent, left(new.code, 4) || '00') end;
  return new;
end $$;
comment on function registry.derive_from_own_code() is '由区划代码取得所属地级市';

-- Where an enterprise is, and its chain, are checked for the statement as a whole: on the
-- enterprises of a hundred cities each foreign key costs as much as writing the rows
-- (docs/decisions/0009).
create function registry.check_place() returns trigger
language plpgsql
as $$
declare
  stray record;
begin
  select r.uscc, r.region, r.chain, g.code is null as lost into stray
  from new_rows r
  left join registry.regions g on g.code = r.region and g.jurisdiction = r.jurisdiction
  left join registry.chains c on c.jurisdiction = r.jurisdiction and c.code = r.chain
  where g.code is null or (r.chain is not null and c.code is null)
  limit 1;
  if stray.uscc is not null then
    raise exception '% % is not in the prefecture of %',
      case when stray.lost then 'region' else 'chain' end,
      case when stray.lost then stray.region else stray.chain end, stray.uscc
      using errcode = 'foreign_key_violation', table = 'enterprises', schema = 'registry',
        constraint = case when stray.lost then 'enterprises_region' else 'enterprises_chain' end;
  end if;
  return null;
end $$;
comment on function registry.check_place() is '企业所在县市区与所属产业链必须在本市清单中';

create function registry.keep_places() returns trigger
language plpgsql
as $$
begin
  if exists (
    select from registry.enterprises e
    left join registry.regions g on g.code = e.region and g.jurisdiction = e.jurisdiction
    left join registry.chains c on c.jurisdiction = e.jurisdiction and c.code = e.chain
    where g.code is null or (e.chain is not null and c.code is null))
  then
    raise exception 'an enterprise refers to this row'
      using errcode = 'foreign_key_violation', constraint = 'enterprises_place',
        table = tg_table_name, schema = 'registry';
  end if;
  return null;
end $$;
comment on function registry.keep_places() is '仍有企业的县市区与产业链不得删除或改号';

-- An enterprise that moves takes its open requests along: writing them makes them derive anew.
create function registry.lead_requests() returns trigger
language plpgsql
as $$
declare
  child text;
begin
  if not exists (
    select from new_rows n join old_rows o using (uscc)
    where (n.jurisdiction, n.department) is distinct from (o.jurisdiction, o.department))
  then
    return null;
  end if;
  foreach child in array array['land_requests', 'finance_requests', 'expert_requests',
    'host_posts', 'home_applications', 'conflicts_of_interest']
  loop
    execute format(
      'update registry.%I c set jurisdiction = n.jurisdiction, department = n.department
        from new_rows n where c.uscc = n.uscc
          and (c.jurisdiction, c.department) is distinct from (n.jurisdiction, n.department)',
      child);
  end loop;
  return null;
end $$;
comment on function registry.lead_requests() is '企业迁址时，其诉求的所属地随之更新';

-- Arguments: the list column, the table its elements name, the key there, a condition on it.
create function registry.check_list() returns trigger
language plpgsql
as $$
declare
  stray text;
begin
  execute format(
    'select e from new_rows r, unnest(r.%I) e
      where not exists (select from %s t where t.%I = e and %s) limit 1',
    tg_argv[0], tg_argv[1], tg_argv[2], tg_argv[3]) into stray;
  if stray is not null then
    raise exception '%.% names %, which % does not hold',
      tg_table_name, tg_argv[0], stray, tg_argv[1] using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;
comment on function registry.check_list() is '清单中的代码必须存在';

-- ── divisions, chains, enterprises ───────────────────────────────────────────────────────────────
create table registry.regions (
  code text primary key references reference.division,
  name registry.label not null,
  kind text not null check (kind in ('prefecture', 'county')),
  parent text references registry.regions deferrable initially immediate,
  jurisdiction registry.division_code not null,
  department text,
  unique (code, jurisdiction),
  constraint regions_jurisdiction check (jurisdiction = case kind
    when 'prefecture' then code else coalesce(parent, left(code, 4) || '00') end),
  constraint regions_prefecture_has_no_parent check (kind = 'county' or parent is null)
);
comment on table registry.regions is '行政区划';
comment on column registry.regions.code is '行政区划代码';
comment on column registry.regions.name is '名称';
comment on column registry.regions.kind is '层级：prefecture 地级市、county 县市区';
comment on column registry.regions.parent is '上级代码';
comment on column registry.regions.jurisdiction is '所属地级市代码';
comment on column registry.regions.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.regions
  for each row when (new.jurisdiction is null)
  execute function registry.derive_from_own_code();
select audit.watch('registry.regions', array['code']);
create table registry.chains (
  code registry.code not null,
  name registry.label not null,
  industry_divisions registry.code_list not null,
  fields registry.code_list,
  majors registry.code_list,
  jurisdiction registry.division_code not null,
  department text generated always as ('industry') stored,
  primary key (jurisdiction, code)
);
comment on table registry.chains is '产业链：各地级市各有一份清单，编号可重复';
comment on column registry.chains.code is '产业链编号';
comment on column registry.chains.name is '产业链名称';
comment on column registry.chains.industry_divisions is '行业大类，按填报顺序';
comment on column registry.chains.fields is '技术领域，按填报顺序';
comment on column registry.chains.majors is '专业类，按填报顺序';
comment on column registry.chains.jurisdiction is '所属地级市代码';
comment on column registry.chains.department is '负责部门，无单一部门时为空';
create trigger _300_industry_divisions_on_insert after insert on registry.chains
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('industry_divisions', 'reference.industry', 'code', 'level = 2');
create trigger _300_industry_divisions_on_update after update on registry.chains
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('industry_divisions', 'reference.industry', 'code', 'level = 2');
select audit.watch('registry.chains', array['jurisdiction', 'code']);
create table registry.enterprises (
  uscc registry.uscc primary key,
  name registry.label not null,
  region text not null,
  industry text not null references reference.industry,
  chain text,
  size registry.enterprise_size not null,
  key boolean,
  revenue_wan registry.wan,
  tax_wan registry.wan,
  employees registry.headcount,
  rating registry.rating,
  jurisdiction registry.division_code not null,
  department text generated always as ('county:' || region) stored
);
comment on table registry.enterprises is '企业';
comment on column registry.enterprises.uscc is '统一社会信用代码';
comment on column registry.enterprises.name is '企业名称';
comment on column registry.enterprises.region is '所在县市区';
comment on column registry.enterprises.industry is '行业代码';
comment on column registry.enterprises.chain is '所属产业链';
comment on column registry.enterprises.size is '企业规模：large 大型、medium 中型、small 小型、micro 微型';
comment on column registry.enterprises.key is '重点企业';
comment on column registry.enterprises.revenue_wan is '营业收入（万元/年）';
comment on column registry.enterprises.tax_wan is '纳税额（万元/年）';
comment on column registry.enterprises.employees is '从业人数（人）';
comment on column registry.enterprises.rating is '信用等级';
comment on column registry.enterprises.jurisdiction is '所属地级市代码';
comment on column registry.enterprises.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.enterprises
  for each row when (new.jurisdiction is null)
  execute function
    registry.derive_from_parent('registry.regions', 'code', 'region');
create trigger _300_place_on_insert after insert on registry.enterprises
  referencing new table as new_rows for each statement
  execute function registry.check_place();
create trigger _300_place_on_update after update on registry.enterprises
  referencing new table as new_rows for each statement
  execute function registry.check_place();
create trigger _300_keep_places after update of jurisdiction, code or delete on registry.chains
  for each statement execute function registry.keep_places();
create trigger _300_keep_places after update of jurisdiction, code or delete on registry.regions
  for each statement execute function registry.keep_places();
create trigger _400_lead_requests after update on registry.enterprises
  referencing old table as old_rows new table as new_rows for each statement
  execute function registry.lead_requests();
select audit.watch('registry.enterprises', array['uscc']);

-- ── land ─────────────────────────────────────────────────────────────────────────────────────────
create table registry.parcels (
  code registry.code primary key,
  region text not null,
  zone registry.label,
  land_use text not null references reference.land_class,
  area_mu registry.mu not null check (area_mu > 0),
  divisible boolean not null,
  min_lot_mu registry.mu check (min_lot_mu > 0),
  farmland_mu registry.mu,
  allowed_divisions registry.code_list not null,
  min_investment_wan_per_mu registry.wan_per_mu not null,
  min_tax_wan_per_mu registry.wan_per_mu not null,
  price_wan_per_mu registry.wan_per_mu,
  ready_on date not null,
  idle_since date,
  jurisdiction registry.division_code not null,
  department text generated always as ('county:' || region) stored,
  constraint parcels_lot_within_area check (min_lot_mu <= area_mu),
  constraint parcels_farmland_within_area check (farmland_mu <= area_mu),
  foreign key (region, jurisdiction) references registry.regions (code, jurisdiction)
    on update cascade
);
comment on table registry.parcels is '地块';
comment on column registry.parcels.code is '地块编号';
comment on column registry.parcels.region is '所在县市区';
comment on column registry.parcels.zone is '所在园区';
comment on column registry.parcels.land_use is '地类代码';
comment on column registry.parcels.area_mu is '面积（亩）';
comment on column registry.parcels.divisible is '可分割';
comment on column registry.parcels.min_lot_mu is '最小分割面积（亩）';
comment on column registry.parcels.farmland_mu is '占用耕地面积（亩）';
comment on column registry.parcels.allowed_divisions is '准入行业大类，按填报顺序';
comment on column registry.parcels.min_investment_wan_per_mu is '投资强度下限（万元/亩）';
comment on column registry.parcels.min_tax_wan_per_mu is '亩均税收下限（万元/亩）';
comment on column registry.parcels.price_wan_per_mu is '起始价（万元/亩）';
comment on column registry.parcels.ready_on is '净地日期';
comment on column registry.parcels.idle_since is '闲置起始日';
comment on column registry.parcels.jurisdiction is '所属地级市代码';
comment on column registry.parcels.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.parcels
  for each row when (new.jurisdiction is null)
  execute function
    registry.derive_from_parent('registry.regions', 'code', 'region');
create trigger _300_allowed_divisions_on_insert after insert on registry.parcels
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('allowed_divisions', 'reference.industry', 'code', 'level = 2');
create trigger _300_allowed_divisions_on_update after update on registry.parcels
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('allowed_divisions', 'reference.industry', 'code', 'level = 2');
select audit.watch('registry.parcels', array['code']);
create table registry.land_quotas (
  code registry.code primary key,
  region text not null,
  kind text not null
    check (kind in ('construction_land', 'farmland_balance', 'energy')),
  period_start date not null,
  period_end date not null,
  amount registry.mu not null,
  unit text not null check (unit in ('mu', 'tce')),
  period daterange not null
    generated always as (daterange(period_start, period_end, '[]')) stored,
  jurisdiction registry.division_code not null,
  department text generated always as (
    case kind when 'energy' then 'development_reform' else 'natural_resources' end) stored,
  constraint land_quotas_period check (period_start <= period_end),
  constraint land_quotas_unit_of_kind check ((kind = 'energy') = (unit = 'tce')),
  constraint land_quotas_no_overlap exclude using gist (region with =, kind with =, period with &&)
    deferrable initially immediate,
  foreign key (region, jurisdiction) references registry.regions (code, jurisdiction)
    on update cascade
);
comment on table registry.land_quotas is '用地指标：每县市区、每类指标的期间不得重叠';
comment on column registry.land_quotas.code is '指标编号';
comment on column registry.land_quotas.region is '县市区';
comment on column registry.land_quotas.kind is '指标类型：construction_land 新增建设用地、farmland_balance 占补平衡、energy 能耗';
comment on column registry.land_quotas.period_start is '起始日';
comment on column registry.land_quotas.period_end is '截止日';
comment on column registry.land_quotas.amount is '数量（单位见 unit 列）';
comment on column registry.land_quotas.unit is '单位：mu 亩、tce 吨标煤';
comment on column registry.land_quotas.period is '有效期间，由起止日生成，含首尾两日';
comment on column registry.land_quotas.jurisdiction is '所属地级市代码';
comment on column registry.land_quotas.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.land_quotas
  for each row when (new.jurisdiction is null)
  execute function
    registry.derive_from_parent('registry.regions', 'code', 'region');
select audit.watch('registry.land_quotas', array['code']);
create table registry.land_requests (
  number registry.code primary key,
  uscc registry.uscc not null,
  project registry.label not null,
  submitted_on date not null,
  industry text not null references reference.industry,
  area_mu registry.mu not null check (area_mu > 0),
  min_area_mu registry.mu not null check (min_area_mu > 0),
  regions registry.code_list not null,
  investment_wan registry.wan not null,
  tax_wan registry.wan not null,
  energy_tce registry.wan not null,
  jobs registry.headcount,
  priority text not null check (priority in ('province', 'city', 'ordinary')),
  needed_by date not null,
  jurisdiction registry.division_code not null,
  department text not null,
  constraint land_requests_least_area check (min_area_mu <= area_mu),
  constraint land_requests_dates check (submitted_on <= needed_by),
  foreign key (uscc) references registry.enterprises
);
comment on table registry.land_requests is '用地需求';
comment on column registry.land_requests.number is '需求编号';
comment on column registry.land_requests.uscc is '统一社会信用代码';
comment on column registry.land_requests.project is '项目名称';
comment on column registry.land_requests.submitted_on is '提交日期';
comment on column registry.land_requests.industry is '行业代码';
comment on column registry.land_requests.area_mu is '需求面积（亩）';
comment on column registry.land_requests.min_area_mu is '最小面积（亩）';
comment on column registry.land_requests.regions is '意向县市区，按填报顺序';
comment on column registry.land_requests.investment_wan is '固定资产投资（万元）';
comment on column registry.land_requests.tax_wan is '预计年税收（万元/年）';
comment on column registry.land_requests.energy_tce is '年综合能耗（吨标煤）';
comment on column registry.land_requests.jobs is '就业人数（人）';
comment on column registry.land_requests.priority is '项目层级：province 省级、city 市级、ordinary 一般';
comment on column registry.land_requests.needed_by is '用地期限';
comment on column registry.land_requests.jurisdiction is '所属地级市代码';
comment on column registry.land_requests.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.land_requests
  for each row
  execute function
    registry.derive_from_parent('registry.enterprises', 'uscc', 'uscc', 'department');
create trigger _300_regions_on_insert after insert on registry.land_requests
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('regions', 'registry.regions', 'code', 'true');
create trigger _300_regions_on_update after update on registry.land_requests
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('regions', 'registry.regions', 'code', 'true');
select audit.watch('registry.land_requests', array['number']);

-- ── finance ──────────────────────────────────────────────────────────────────────────────────────
create table registry.banks (
  code registry.code primary key,
  name registry.label not null,
  kind text not null check (kind in ('state', 'joint_stock', 'city', 'rural')),
  max_chains registry.headcount not null,
  client_limit_wan registry.wan not null check (client_limit_wan > 0),
  jurisdiction registry.division_code not null,
  department text generated always as ('bank:' || code) stored,
  unique (code, jurisdiction)
);
comment on table registry.banks is '银行';
comment on column registry.banks.code is '联行号';
comment on column registry.banks.name is '银行名称';
comment on column registry.banks.kind is '银行类别：state 国有大行、joint_stock 股份制、city 城商行、rural 农商行';
comment on column registry.banks.max_chains is '主办链数上限（条）';
comment on column registry.banks.client_limit_wan is '单户限额（万元）';
comment on column registry.banks.jurisdiction is '所属地级市代码';
comment on column registry.banks.department is '负责部门，无单一部门时为空';
select audit.watch('registry.banks', array['code']);
create table registry.credit_lines (
  bank text not null,
  period_start date not null,
  period_end date not null,
  amount_wan registry.wan not null,
  inclusive_floor_wan registry.wan,
  period daterange not null
    generated always as (daterange(period_start, period_end, '[]')) stored,
  jurisdiction registry.division_code not null,
  department text generated always as ('bank:' || bank) stored,
  primary key (bank, period_start),
  constraint credit_lines_period check (period_start <= period_end),
  constraint credit_lines_floor_within_line check (inclusive_floor_wan <= amount_wan),
  constraint credit_lines_no_overlap exclude using gist (bank with =, period with &&)
    deferrable initially immediate,
  foreign key (bank, jurisdiction) references registry.banks (code, jurisdiction)
    on update cascade
);
comment on table registry.credit_lines is '信贷额度：每家银行的期间不得重叠';
comment on column registry.credit_lines.bank is '银行联行号';
comment on column registry.credit_lines.period_start is '起始日';
comment on column registry.credit_lines.period_end is '截止日';
comment on column registry.credit_lines.amount_wan is '额度（万元）';
comment on column registry.credit_lines.inclusive_floor_wan is '普惠最低投放（万元）';
comment on column registry.credit_lines.period is '有效期间，由起止日生成，含首尾两日';
comment on column registry.credit_lines.jurisdiction is '所属地级市代码';
comment on column registry.credit_lines.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.credit_lines
  for each row when (new.jurisdiction is null)
  execute function
    registry.derive_from_parent('registry.banks', 'code', 'bank');
select audit.watch('registry.credit_lines', array['bank', 'period_start']);
create table registry.loan_products (
  code registry.code primary key,
  bank text not null,
  name registry.label not null,
  collateral registry.collateral not null,
  min_wan registry.wan not null,
  max_wan registry.wan not null check (max_wan > 0),
  max_months registry.months not null,
  rate_pct registry.percent not null,
  min_rating registry.rating not null,
  sizes registry.code_list not null
    check (sizes <@ array['large', 'medium', 'small', 'micro']),
  jurisdiction registry.division_code not null,
  department text generated always as ('bank:' || bank) stored,
  constraint loan_products_amounts check (min_wan <= max_wan),
  foreign key (bank, jurisdiction) references registry.banks (code, jurisdiction)
    on update cascade
);
comment on table registry.loan_products is '信贷产品';
comment on column registry.loan_products.code is '产品编号';
comment on column registry.loan_products.bank is '银行联行号';
comment on column registry.loan_products.name is '产品名称';
comment on column registry.loan_products.collateral is '担保方式：credit 信用、mortgage 抵押、guarantee 保证、intellectual_property 知识产权质押、receivables 应收账款质押';
comment on column registry.loan_products.min_wan is '最低金额（万元）';
comment on column registry.loan_products.max_wan is '最高金额（万元）';
comment on column registry.loan_products.max_months is '最长期限（月）';
comment on column registry.loan_products.rate_pct is '年利率（%）';
comment on column registry.loan_products.min_rating is '最低信用等级';
comment on column registry.loan_products.sizes is '适用规模，按填报顺序';
comment on column registry.loan_products.jurisdiction is '所属地级市代码';
comment on column registry.loan_products.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.loan_products
  for each row when (new.jurisdiction is null)
  execute function
    registry.derive_from_parent('registry.banks', 'code', 'bank');
select audit.watch('registry.loan_products', array['code']);
create table registry.bank_chain_history (
  bank text not null,
  chain text not null,
  clients registry.headcount not null,
  outstanding_wan registry.wan not null,
  bad_loan_pct registry.percent not null,
  jurisdiction registry.division_code not null,
  department text generated always as ('bank:' || bank) stored,
  primary key (bank, chain),
  foreign key (bank, jurisdiction) references registry.banks (code, jurisdiction)
    on update cascade,
  foreign key (jurisdiction, chain) references registry.chains (jurisdiction, code)
);
comment on table registry.bank_chain_history is '银行产业链业绩';
comment on column registry.bank_chain_history.bank is '银行联行号';
comment on column registry.bank_chain_history.chain is '产业链编号';
comment on column registry.bank_chain_history.clients is '客户数（户）';
comment on column registry.bank_chain_history.outstanding_wan is '贷款余额（万元）';
comment on column registry.bank_chain_history.bad_loan_pct is '不良率（%）';
comment on column registry.bank_chain_history.jurisdiction is '所属地级市代码';
comment on column registry.bank_chain_history.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.bank_chain_history
  for each row when (new.jurisdiction is null)
  execute function
    registry.derive_from_parent('registry.banks', 'code', 'bank');
select audit.watch('registry.bank_chain_history', array['bank', 'chain']);
create table registry.finance_requests (
  number registry.code primary key,
  uscc registry.uscc not null,
  submitted_on date not null,
  amount_wan registry.wan not null check (amount_wan > 0),
  term_months registry.months not null,
  collateral registry.code_list not null check (collateral <@ array[
    'credit', 'mortgage', 'guarantee', 'intellectual_property', 'receivables']),
  max_rate_pct registry.percent not null,
  purpose text not null check (purpose in
    ('working_capital', 'equipment', 'plant', 'research', 'renewal')),
  first_loan boolean not null,
  needed_by date not null,
  jurisdiction registry.division_code not null,
  department text not null,
  constraint finance_requests_dates check (submitted_on <= needed_by),
  foreign key (uscc) references registry.enterprises
);
comment on table registry.finance_requests is '融资需求';
comment on column registry.finance_requests.number is '需求编号';
comment on column registry.finance_requests.uscc is '统一社会信用代码';
comment on column registry.finance_requests.submitted_on is '提交日期';
comment on column registry.finance_requests.amount_wan is '融资金额（万元）';
comment on column registry.finance_requests.term_months is '期限（月）';
comment on column registry.finance_requests.collateral is '可提供担保，按填报顺序';
comment on column registry.finance_requests.max_rate_pct is '可接受利率上限（%）';
comment on column registry.finance_requests.purpose is '用途：working_capital 流动资金、equipment 设备购置、plant 厂房建设、research 研发、renewal 续贷';
comment on column registry.finance_requests.first_loan is '首贷';
comment on column registry.finance_requests.needed_by is '需求日期';
comment on column registry.finance_requests.jurisdiction is '所属地级市代码';
comment on column registry.finance_requests.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.finance_requests
  for each row
  execute function
    registry.derive_from_parent('registry.enterprises', 'uscc', 'uscc', 'department');
select audit.watch('registry.finance_requests', array['number']);

-- ── experts ──────────────────────────────────────────────────────────────────────────────────────
create table registry.universities (
  code registry.code not null,
  name registry.label not null,
  max_experts registry.headcount not null,
  jurisdiction registry.division_code not null,
  department text generated always as ('university:' || code) stored,
  primary key (jurisdiction, code)
);
comment on table registry.universities is '高校：各地级市各有一份清单，上限各自商定';
comment on column registry.universities.code is '学校标识码';
comment on column registry.universities.name is '学校名称';
comment on column registry.universities.max_experts is '选派上限（人）';
comment on column registry.universities.jurisdiction is '所属地级市代码';
comment on column registry.universities.department is '负责部门，无单一部门时为空';
select audit.watch('registry.universities', array['jurisdiction', 'code']);
create table registry.experts (
  code registry.code primary key,
  name registry.label not null,
  university text not null,
  title registry.title not null,
  fields registry.code_list not null,
  regions registry.code_list not null,
  available_from date not null,
  days_per_month registry.days_per_month not null,
  past_projects registry.headcount,
  jurisdiction registry.division_code not null,
  department text generated always as ('university:' || university) stored,
  foreign key (jurisdiction, university) references registry.universities (jurisdiction, code)
);
comment on table registry.experts is '专家';
comment on column registry.experts.code is '专家编号';
comment on column registry.experts.name is '姓名';
comment on column registry.experts.university is '学校标识码';
comment on column registry.experts.title is '职称：professor 教授、associate_professor 副教授、lecturer 讲师、engineer 工程师';
comment on column registry.experts.fields is '技术领域，按填报顺序';
comment on column registry.experts.regions is '可服务县市区，按填报顺序';
comment on column registry.experts.available_from is '可到岗日期';
comment on column registry.experts.days_per_month is '每月可服务天数（天/月）';
comment on column registry.experts.past_projects is '既往合作项目数（项）';
comment on column registry.experts.jurisdiction is '所属地级市代码';
comment on column registry.experts.department is '负责部门，无单一部门时为空';
create trigger _300_regions_on_insert after insert on registry.experts
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('regions', 'registry.regions', 'code', 'true');
create trigger _300_regions_on_update after update on registry.experts
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('regions', 'registry.regions', 'code', 'true');
select audit.watch('registry.experts', array['code']);
create table registry.expert_requests (
  number registry.code primary key,
  uscc registry.uscc not null,
  submitted_on date not null,
  problem registry.label not null,
  fields registry.code_list not null,
  min_title registry.title not null,
  days_per_month registry.days_per_month not null,
  start_on date not null,
  months registry.months not null,
  jurisdiction registry.division_code not null,
  department text not null,
  unique (number, jurisdiction),
  foreign key (uscc) references registry.enterprises
);
comment on table registry.expert_requests is '科技副总需求';
comment on column registry.expert_requests.number is '需求编号';
comment on column registry.expert_requests.uscc is '统一社会信用代码';
comment on column registry.expert_requests.submitted_on is '提交日期';
comment on column registry.expert_requests.problem is '技术难题';
comment on column registry.expert_requests.fields is '技术领域，按填报顺序';
comment on column registry.expert_requests.min_title is '最低职称：professor 教授、associate_professor 副教授、lecturer 讲师、engineer 工程师';
comment on column registry.expert_requests.days_per_month is '每月需求天数（天/月）';
comment on column registry.expert_requests.start_on is '拟到岗日期';
comment on column registry.expert_requests.months is '聘期（月）';
comment on column registry.expert_requests.jurisdiction is '所属地级市代码';
comment on column registry.expert_requests.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.expert_requests
  for each row
  execute function
    registry.derive_from_parent('registry.enterprises', 'uscc', 'uscc', 'department');
select audit.watch('registry.expert_requests', array['number']);
create table registry.expert_rankings (
  side text not null check (side in ('enterprise', 'expert')),
  request text not null,
  expert text not null references registry.experts,
  rank integer not null check (rank between 1 and 1000),
  jurisdiction registry.division_code not null,
  department text,
  primary key (side, request, expert),
  foreign key (request, jurisdiction) references registry.expert_requests (number, jurisdiction)
    on update cascade
);
comment on table registry.expert_rankings is '双向志愿';
comment on column registry.expert_rankings.side is '填报方：enterprise 企业、expert 专家';
comment on column registry.expert_rankings.request is '需求编号';
comment on column registry.expert_rankings.expert is '专家编号';
comment on column registry.expert_rankings.rank is '志愿序号';
comment on column registry.expert_rankings.jurisdiction is '所属地级市代码';
comment on column registry.expert_rankings.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.expert_rankings
  for each row when (new.jurisdiction is null)
  execute function
    registry.derive_from_parent('registry.expert_requests', 'number', 'request');
select audit.watch('registry.expert_rankings', array['side', 'request', 'expert']);
create table registry.conflicts_of_interest (
  id bigint generated always as identity primary key,
  uscc registry.uscc not null,
  expert text references registry.experts,
  university text,
  kind text not null check (kind in ('founded', 'owned')),
  evidence registry.label not null,
  since date not null,
  until date,
  jurisdiction registry.division_code not null,
  department text not null,
  constraint conflicts_of_interest_one_party check (num_nonnulls(expert, university) = 1),
  constraint conflicts_of_interest_period check (since <= until),
  foreign key (uscc) references registry.enterprises,
  foreign key (jurisdiction, university) references registry.universities (jurisdiction, code)
);
comment on table registry.conflicts_of_interest is
  '利益关联：企业由专家或高校创办、持股者，科技副总一律回避';
comment on column registry.conflicts_of_interest.id is '编号';
comment on column registry.conflicts_of_interest.uscc is '企业统一社会信用代码';
comment on column registry.conflicts_of_interest.expert is '关联专家编号；与高校二者填其一';
comment on column registry.conflicts_of_interest.university is '关联高校标识码；与专家二者填其一';
comment on column registry.conflicts_of_interest.kind is '关联方式：founded 创办、owned 持股';
comment on column registry.conflicts_of_interest.evidence is '依据';
comment on column registry.conflicts_of_interest.since is '起始日';
comment on column registry.conflicts_of_interest.until is '截止日（含），未止为空';
comment on column registry.conflicts_of_interest.jurisdiction is '所属地级市代码';
comment on column registry.conflicts_of_interest.department is '负责部门';
create index on registry.conflicts_of_interest (uscc);
create trigger _150_derive before insert or update on registry.conflicts_of_interest
  for each row
  execute function
    registry.derive_from_parent('registry.enterprises', 'uscc', 'uscc', 'department');
select audit.watch('registry.conflicts_of_interest', array['id']);

-- ── talents and posts ────────────────────────────────────────────────────────────────────────────
create table registry.talents (
  code registry.code primary key,
  name registry.label not null,
  university text not null,
  degree registry.degree not null,
  major registry.code not null,
  home_region text references registry.regions,
  regions registry.code_list not null,
  available_from date not null,
  jurisdiction registry.division_code not null,
  department text generated always as ('human_resources') stored,
  foreign key (jurisdiction, university) references registry.universities (jurisdiction, code)
);
comment on table registry.talents is '人才';
comment on column registry.talents.code is '人才编号';
comment on column registry.talents.name is '姓名';
comment on column registry.talents.university is '学校标识码';
comment on column registry.talents.degree is '学位：doctor 博士、master 硕士、bachelor 学士';
comment on column registry.talents.major is '专业类代码';
comment on column registry.talents.home_region is '生源地';
comment on column registry.talents.regions is '意向县市区，按填报顺序';
comment on column registry.talents.available_from is '可到岗日期';
comment on column registry.talents.jurisdiction is '所属地级市代码';
comment on column registry.talents.department is '负责部门，无单一部门时为空';
create trigger _300_regions_on_insert after insert on registry.talents
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('regions', 'registry.regions', 'code', 'true');
create trigger _300_regions_on_update after update on registry.talents
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('regions', 'registry.regions', 'code', 'true');
select audit.watch('registry.talents', array['code']);
create table registry.host_posts (
  number registry.code primary key,
  uscc registry.uscc not null,
  submitted_on date not null,
  majors registry.code_list not null,
  min_degree registry.degree not null,
  min_seats registry.headcount not null,
  max_seats registry.headcount not null check (max_seats > 0),
  start_on date not null,
  months registry.months not null,
  jurisdiction registry.division_code not null,
  department text not null,
  constraint host_posts_seats check (min_seats <= max_seats),
  foreign key (uscc) references registry.enterprises
);
comment on table registry.host_posts is '企业岗位';
comment on column registry.host_posts.number is '岗位编号';
comment on column registry.host_posts.uscc is '统一社会信用代码';
comment on column registry.host_posts.submitted_on is '提交日期';
comment on column registry.host_posts.majors is '专业类，按填报顺序';
comment on column registry.host_posts.min_degree is '最低学位：doctor 博士、master 硕士、bachelor 学士';
comment on column registry.host_posts.min_seats is '最少人数（人）';
comment on column registry.host_posts.max_seats is '最多人数（人）';
comment on column registry.host_posts.start_on is '派驻日期';
comment on column registry.host_posts.months is '派驻期限（月）';
comment on column registry.host_posts.jurisdiction is '所属地级市代码';
comment on column registry.host_posts.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.host_posts
  for each row
  execute function
    registry.derive_from_parent('registry.enterprises', 'uscc', 'uscc', 'department');
select audit.watch('registry.host_posts', array['number']);
create table registry.institution_posts (
  code registry.code primary key,
  institution registry.label not null,
  region text not null,
  majors registry.code_list not null,
  headcount registry.headcount not null,
  jurisdiction registry.division_code not null,
  department text generated always as ('institution:' || institution) stored,
  foreign key (region, jurisdiction) references registry.regions (code, jurisdiction)
    on update cascade
);
comment on table registry.institution_posts is '事业岗位';
comment on column registry.institution_posts.code is '岗位编号';
comment on column registry.institution_posts.institution is '事业单位';
comment on column registry.institution_posts.region is '县市区';
comment on column registry.institution_posts.majors is '专业类，按填报顺序';
comment on column registry.institution_posts.headcount is '编制数（名）';
comment on column registry.institution_posts.jurisdiction is '所属地级市代码';
comment on column registry.institution_posts.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.institution_posts
  for each row when (new.jurisdiction is null)
  execute function
    registry.derive_from_parent('registry.regions', 'code', 'region');
select audit.watch('registry.institution_posts', array['code']);

-- ── homes ────────────────────────────────────────────────────────────────────────────────────────
create table registry.homes (
  code registry.code primary key,
  region text not null,
  estate registry.label not null,
  area_m2 numeric(8, 1) not null check (area_m2 > 0),
  rooms smallint not null check (rooms between 1 and 20),
  jurisdiction registry.division_code not null,
  department text generated always as ('housing') stored,
  foreign key (region, jurisdiction) references registry.regions (code, jurisdiction)
    on update cascade
);
comment on table registry.homes is '人才住房';
comment on column registry.homes.code is '房源编号';
comment on column registry.homes.region is '县市区';
comment on column registry.homes.estate is '小区';
comment on column registry.homes.area_m2 is '建筑面积（平方米）';
comment on column registry.homes.rooms is '居室（间）';
comment on column registry.homes.jurisdiction is '所属地级市代码';
comment on column registry.homes.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.homes
  for each row when (new.jurisdiction is null)
  execute function
    registry.derive_from_parent('registry.regions', 'code', 'region');
select audit.watch('registry.homes', array['code']);
create table registry.home_applications (
  number registry.code primary key,
  applicant registry.label not null,
  uscc registry.uscc not null,
  submitted_on date not null,
  level text not null check (level in ('A', 'B', 'C', 'D')),
  points integer not null check (points between 0 and 10000),
  regions registry.code_list not null,
  min_rooms smallint not null check (min_rooms between 0 and 20),
  jurisdiction registry.division_code not null,
  department text not null,
  foreign key (uscc) references registry.enterprises
);
comment on table registry.home_applications is '住房申请';
comment on column registry.home_applications.number is '申请编号';
comment on column registry.home_applications.applicant is '申请人';
comment on column registry.home_applications.uscc is '所在企业信用代码';
comment on column registry.home_applications.submitted_on is '提交日期';
comment on column registry.home_applications.level is '人才层次';
comment on column registry.home_applications.points is '积分（分）';
comment on column registry.home_applications.regions is '意向县市区，按填报顺序';
comment on column registry.home_applications.min_rooms is '最少居室（间）';
comment on column registry.home_applications.jurisdiction is '所属地级市代码';
comment on column registry.home_applications.department is '负责部门，无单一部门时为空';
create trigger _150_derive before insert or update on registry.home_applications
  for each row
  execute function
    registry.derive_from_parent('registry.enterprises', 'uscc', 'uscc', 'department');
create trigger _300_regions_on_insert after insert on registry.home_applications
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('regions', 'registry.regions', 'code', 'true');
create trigger _300_regions_on_update after update on registry.home_applications
  referencing new table as new_rows for each statement
  execute function
    registry.check_list('regions', 'registry.regions', 'code', 'true');
select audit.watch('registry.home_applications', array['number']);

-- ── the other way along the foreign keys ────────────────────────────────────────────────────────

-- None on enterprises: their divisions and chains are too few for an index to help a query, and
-- each index costs an import of a whole city half a second.
create index on registry.parcels (region);
create index on registry.land_requests (uscc);
create index on registry.loan_products (bank);
create index on registry.finance_requests (uscc);
create index on registry.experts (jurisdiction, university);
create index on registry.expert_requests (uscc);
create index on registry.expert_rankings (request);
create index on registry.expert_rankings (expert);
create index on registry.talents (jurisdiction, university);
create index on registry.host_posts (uscc);
create index on registry.institution_posts (region);
create index on registry.homes (region);
create index on registry.home_applications (uscc);
