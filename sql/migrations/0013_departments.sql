-- Who calls: departments, their tokens, and what each may see and change.
--
-- A call is one transaction. `access.enter` proves the token and notes who calls; the session then
-- takes on one of four roles that hold nothing but what is granted here. What a business role sees
-- of a table is decided row by row by the policies that `access.guard` makes from `access.reach`.

set local role none;

do $$
declare
  role record;
begin
  for role in select * from (values
    ('yaosu_reader', '要素保障：部门只读，个人信息列不可见'),
    ('yaosu_department', '要素保障：部门经办，按行级安全读写本部门数据'),
    ('yaosu_auditor', '要素保障：审计员，只读审计'),
    ('yaosu_admin', '要素保障：管理员，只管部门与令牌，不见业务数据与审计')) r (name, meaning)
  loop
    if not exists (select from pg_roles where rolname = role.name) then
      begin
        execute format('create role %I nologin', role.name);
        execute format('comment on role %I is %L', role.name, role.meaning);
      exception when duplicate_object or unique_violation then
        null;  -- a migrator of another database was faster
      end;
    end if;
    if not pg_has_role('yaosu_service', role.name, 'member') then
      begin
        execute format('grant %I to yaosu_service', role.name);
      exception when unique_violation then
        null;
      end;
    end if;
  end loop;
end $$;

create schema access authorization yaosu_owner;
set local role yaosu_owner;
comment on schema access is '访问：部门、令牌、可见范围与幂等键';
grant usage on schema access to yaosu_service, yaosu_reader, yaosu_department, yaosu_auditor,
  yaosu_admin;
alter default privileges for role yaosu_owner in schema access
  grant select, insert on tables to yaosu_service;
alter default privileges for role yaosu_owner in schema access
  grant usage on sequences to yaosu_service;
alter default privileges for role yaosu_owner in schema access
  grant execute on functions to yaosu_service;

-- ── departments ─────────────────────────────────────────────────────────────────────────────────

create table access.kind (
  kind text primary key check (kind ~ '^[a-z_]+$'),
  meaning text not null,
  meaning_en text not null,
  mechanisms text[] not null
);
comment on table access.kind is '部门类别';
comment on column access.kind.kind is '类别';
comment on column access.kind.meaning is '含义';
comment on column access.kind.meaning_en is '含义（英文）';
comment on column access.kind.mechanisms is '可见其全部轮次与拟配置的机制';
revoke insert on access.kind from yaosu_service;
insert into access.kind values
  ('office', '要素保障办公室', 'factor support office',
    array['land', 'finance', 'techvp', 'rotation', 'housing']),
  ('natural_resources', '自然资源和规划部门', 'natural resources', array['land']),
  ('finance_office', '金融管理部门', 'finance office', array['finance']),
  ('science_technology', '科学技术部门', 'science and technology', array['techvp']),
  ('human_resources', '人力资源和社会保障部门', 'human resources', array['rotation']),
  ('industry', '经济和信息化部门', 'industry', array['land', 'finance']),
  ('development_reform', '发展和改革部门', 'development and reform', array['land']),
  ('investment', '招商投资部门', 'investment', array['land']),
  ('housing', '住房保障部门', 'housing', array['housing']),
  ('supervision', '监督部门', 'supervision',
    array['land', 'finance', 'techvp', 'rotation', 'housing']),
  ('audit', '审计部门', 'audit', array[]::text[]),
  ('county', '县市区', 'county', array[]::text[]),
  ('bank', '银行', 'bank', array[]::text[]),
  ('university', '高校', 'university', array[]::text[]),
  ('institution', '事业单位', 'institution', array[]::text[]);

create table access.department (
  code text primary key,
  name text not null check (name <> ''),
  kind text not null generated always as (split_part(code, ':', 1)) stored
    references access.kind
);
comment on table access.department is '部门：市级部门迁移时即有，县市区、银行、高校、事业单位随登记产生';
comment on column access.department.code is '部门代码：类别，或 类别:编号';
comment on column access.department.name is '名称';
comment on column access.department.kind is '类别，由代码得出';
select audit.watch('access.department', array['code']);

-- A university of two prefectures, or two institutions of one name, are told apart by a token's
-- prefecture.
create table access.department_place (
  department text not null references access.department,
  jurisdiction registry.division_code not null,
  primary key (department, jurisdiction)
);
comment on table access.department_place is '县市区、银行、高校、事业单位所在的地级市';
comment on column access.department_place.department is '部门代码';
comment on column access.department_place.jurisdiction is '地级市代码';
select audit.watch('access.department_place', array['department', 'jurisdiction']);

-- Arguments: SQL over a row of the table for the department's code and its name, and the rows meant.
create function access.follow_registry() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    'insert into access.department (code, name)
      select distinct on (1) %1$s, %2$s from new_rows where %3$s order by 1, 2
      on conflict (code) do update set name = excluded.name
        where access.department.name <> excluded.name',
    tg_argv[0], tg_argv[1], tg_argv[2]);
  execute format(
    'insert into access.department_place (department, jurisdiction)
      select distinct %1$s, jurisdiction from new_rows where %2$s
      on conflict do nothing', tg_argv[0], tg_argv[2]);
  return null;
end $$;
comment on function access.follow_registry() is '登记中的县市区、银行、高校、事业单位随之成为部门';

do $$
declare
  source record;
begin
  if audit.open_event_id() is null then
    perform audit.begin('yaosu migrate', 'departments', 'departments of the city');
  end if;
  insert into access.department (code, name) values
    ('office', '要素保障办公室'), ('natural_resources', '自然资源和规划局'),
    ('finance_office', '地方金融管理局'), ('science_technology', '科学技术局'),
    ('human_resources', '人力资源和社会保障局'), ('industry', '经济和信息化局'),
    ('development_reform', '发展和改革委员会'), ('investment', '招商投资促进局'),
    ('housing', '住房和城乡建设局'), ('supervision', '监督委员会'), ('audit', '审计局');
  for source in select * from (values
    ('regions', '''county:'' || code', 'name', 'kind = ''county'''),
    ('banks', '''bank:'' || code', 'name', 'true'),
    ('universities', '''university:'' || code', 'name', 'true'),
    ('institution_posts', '''institution:'' || institution', 'institution', 'true')
  ) s (name, code, title, meant)
  loop
    execute format(
      'create trigger _400_department_insert after insert on registry.%I
        referencing new table as new_rows for each statement
        execute function access.follow_registry(%L, %L, %L)',
      source.name, source.code, source.title, source.meant);
    execute format(
      'create trigger _400_department_update after update on registry.%I
        referencing new table as new_rows for each statement
        execute function access.follow_registry(%L, %L, %L)',
      source.name, source.code, source.title, source.meant);
    -- What the registry held before.
    execute format(
      'insert into access.department (code, name)
        select distinct on (1) %2$s, %3$s from registry.%1$I where %4$s order by 1, 2',
      source.name, source.code, source.title, source.meant);
    execute format(
      'insert into access.department_place (department, jurisdiction)
        select distinct %2$s, jurisdiction from registry.%1$I where %3$s',
      source.name, source.code, source.meant);
  end loop;
end $$;

-- ── tokens ──────────────────────────────────────────────────────────────────────────────────────

create table access.token (
  token_id bigint generated always as identity primary key,
  digest bytea not null unique check (octet_length(digest) = 32),
  hint text not null check (char_length(hint) between 1 and 12),
  department text not null references access.department,
  role text not null
    check (role in ('reader', 'clerk', 'owner', 'approver', 'auditor', 'admin')),
  jurisdiction text references registry.regions (code),
  issued_at timestamptz not null default transaction_timestamp(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  constraint token_expires_later check (expires_at > issued_at)
);
comment on table access.token is '令牌：只存摘要，明文仅在签发时显示一次';
comment on column access.token.token_id is '令牌编号';
comment on column access.token.digest is '明文的 SHA-256 摘要；明文为 256 位随机数';
comment on column access.token.hint is '明文开头几个字符，便于辨认';
comment on column access.token.department is '部门代码';
comment on column access.token.role is
  '角色：reader 查阅、clerk 经办、owner 负责（并答复拟配置）、approver 审批、auditor 审计、admin 管理';
comment on column access.token.jurisdiction is '所限地级市，空为全部';
comment on column access.token.issued_at is '签发时间';
comment on column access.token.expires_at is '失效时间';
comment on column access.token.revoked_at is '吊销时间';
create index on access.token (department);
select audit.watch('access.token', array['token_id']);
grant update (revoked_at) on access.token to yaosu_service;

create function access.follow_token() returns trigger
language plpgsql
as $$
begin
  if old.revoked_at is not null then
    raise exception 'token % is revoked for good', old.token_id
      using errcode = 'check_violation', constraint = 'token_revoked_for_good',
        schema = 'access', table = 'token';
  end if;
  return new;
end $$;
comment on function access.follow_token() is '吊销不可撤回';
create trigger _300_revoked before update on access.token
  for each row execute function access.follow_token();

-- ── the caller of the transaction ───────────────────────────────────────────────────────────────

create function access.department() returns text
language sql stable
as $$ select nullif(current_setting('yaosu.department', true), '') $$;
comment on function access.department() is '本事务的调用部门';

create function access.kind() returns text
language sql stable
as $$ select split_part(current_setting('yaosu.department', true), ':', 1) $$;
comment on function access.kind() is '本事务调用部门的类别';

create function access.duty() returns text
language sql stable
as $$ select nullif(current_setting('yaosu.duty', true), '') $$;
comment on function access.duty() is '本事务调用者的角色';

create function access.jurisdiction() returns text
language sql stable
as $$ select nullif(current_setting('yaosu.jurisdiction', true), '') $$;
comment on function access.jurisdiction() is '本事务所限的地级市，空为全部';

create function access.enter(of_digest bytea, within_ms integer)
returns table (token_id bigint, department text, role text, jurisdiction text)
language plpgsql
as $$
#variable_conflict use_column
declare
  caller record;
begin
  select t.token_id, t.department, t.role, t.jurisdiction into caller
  from access.token t
  where t.digest = of_digest and t.revoked_at is null
    and t.expires_at > transaction_timestamp();
  if not found then
    return;
  end if;
  perform set_config('yaosu.department', caller.department, true),
    set_config('yaosu.duty', caller.role, true),
    set_config('yaosu.jurisdiction', coalesce(caller.jurisdiction, ''), true),
    set_config('statement_timeout', within_ms::text, true);
  return query select caller.token_id, caller.department, caller.role, caller.jurisdiction;
end $$;
comment on function access.enter(bytea, integer) is
  '凭令牌摘要进入：记下本事务的调用者与时限；令牌无效则无行';

-- ── what each kind of department sees and changes ───────────────────────────────────────────────

create table access.reach (
  subject text not null,
  kind text not null references access.kind,
  reads text check (reads in ('all', 'own')),
  writes text check (writes in ('all', 'own')),
  primary key (subject, kind)
);
comment on table access.reach is '各类部门对各登记表的可见与可改范围；未列即不可见';
comment on column access.reach.subject is '表';
comment on column access.reach.kind is '部门类别';
comment on column access.reach.reads is '可见：all 辖区内全部、own 本部门的';
comment on column access.reach.writes is '可改：all 辖区内全部、own 本部门的；空为不可改';
revoke insert on access.reach from yaosu_service;

insert into access.reach (subject, kind, reads, writes)
select 'registry.' || m.subject, k.kind,
  case when k.kind = any (m.read_all) then 'all' else 'own' end,
  case when k.kind = any (m.write_all) then 'all' when k.kind = any (m.write_own) then 'own' end
from (values
  ('regions', '{office,natural_resources,finance_office,science_technology,human_resources,industry,development_reform,investment,housing,supervision,county,bank,university,institution}', '{}', '{}', '{}'),
  ('chains', '{office,natural_resources,finance_office,science_technology,human_resources,industry,development_reform,investment,housing,supervision,county,bank,university,institution}', '{}', '{industry}', '{}'),
  ('enterprises', '{office,natural_resources,finance_office,science_technology,human_resources,industry,development_reform,investment,housing,supervision}', '{county,bank,university}', '{industry}', '{county}'),
  ('parcels', '{office,natural_resources,industry,development_reform,investment,supervision}', '{county}', '{natural_resources}', '{county}'),
  ('land_quotas', '{office,natural_resources,development_reform,supervision}', '{county}', '{}', '{natural_resources,development_reform}'),
  ('land_requests', '{office,natural_resources,industry,development_reform,investment,supervision}', '{county}', '{natural_resources}', '{county}'),
  ('banks', '{office,finance_office,industry,supervision}', '{bank}', '{finance_office}', '{bank}'),
  ('credit_lines', '{office,finance_office,supervision}', '{bank}', '{finance_office}', '{bank}'),
  ('loan_products', '{office,finance_office,supervision}', '{bank}', '{finance_office}', '{bank}'),
  ('bank_chain_history', '{office,finance_office,supervision}', '{bank}', '{finance_office}', '{bank}'),
  ('finance_requests', '{office,finance_office,industry,supervision}', '{county,bank}', '{finance_office}', '{county}'),
  ('universities', '{office,science_technology,human_resources,supervision}', '{university}', '{science_technology}', '{}'),
  ('experts', '{office,science_technology,supervision}', '{university,county}', '{science_technology}', '{university}'),
  ('expert_requests', '{office,science_technology,industry,supervision}', '{county,university}', '{science_technology}', '{county}'),
  ('conflicts_of_interest', '{office,science_technology,supervision}', '{county}', '{science_technology}', '{county}'),
  ('talents', '{office,human_resources,supervision}', '{university}', '{human_resources}', '{}'),
  ('host_posts', '{office,human_resources,industry,supervision}', '{county}', '{human_resources}', '{county}'),
  ('institution_posts', '{office,human_resources,supervision}', '{institution,county}', '{human_resources}', '{institution}'),
  ('homes', '{office,housing,supervision}', '{county}', '{housing}', '{}'),
  ('home_applications', '{office,housing,supervision}', '{county}', '{housing}', '{county}')
) r (subject, read_all, read_own, write_all, write_own)
cross join lateral (select r.subject, r.read_all::text[], r.read_own::text[], r.write_all::text[],
  r.write_own::text[]) m
join access.kind k on k.kind = any (m.read_all || m.read_own);

create function access.reads(of_subject text) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.reads from access.reach r
  where r.subject = of_subject and r.kind = access.kind()
    and access.duty() in ('reader', 'clerk', 'owner', 'approver')
$$;
comment on function access.reads(text) is '调用者对一张表的可见范围';

create function access.writes(of_subject text) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.writes from access.reach r
  where r.subject = of_subject and r.kind = access.kind()
    and access.duty() in ('clerk', 'owner')
$$;
comment on function access.writes(text) is '调用者对一张表的可改范围';

create function access.mechanisms() returns text[]
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.mechanisms from access.kind k
  where k.kind = access.kind() and access.duty() in ('reader', 'clerk', 'owner', 'approver')
$$;
comment on function access.mechanisms() is '调用者可见其全部轮次与拟配置的机制';

-- Sets of keys that policies look into. They read past row-level security, so that policies do not
-- call each other in a circle, and give nothing but what concerns the caller.

create index on allocation.offer (department);

create function access.offered() returns table (offer_id bigint, request text, uscc text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select o.offer_id, o.request, o.uscc from allocation.offer o
  where o.department = access.department()
  union
  select m.offer_id, m.request, m.uscc from finance.match m
  where access.kind() = 'bank' and m.bank = substr(access.department(), 6)
$$;
comment on function access.offered() is '请调用部门答复的拟配置';

create function access.own_enterprises() returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select e.uscc from registry.enterprises e
  where access.kind() = 'county' and e.region = substr(access.department(), 8)
$$;
comment on function access.own_enterprises() is '调用县市区的企业';

create function access.own_experts() returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select e.code from registry.experts e where e.department = access.department()
  union
  select o.resource from allocation.offer o
  where o.mechanism = 'techvp' and o.uscc in (select access.own_enterprises())
$$;
comment on function access.own_experts() is '调用高校的专家，或拟配给调用县市区企业的专家';

-- `own_read` and `own_write` are conditions on a row that make it the caller's own.
create function access.guard(
  subject regclass, own_read text default 'department = (select access.department())',
  own_write text default 'department = (select access.department())') returns void
language plpgsql
as $$
declare
  name text := (
    select format('%I.%I', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = subject);
  place text := '((select access.jurisdiction()) is null
    or jurisdiction = (select access.jurisdiction()))';
  seen text := format('%1$s and ((select access.reads(%2$L)) = ''all''
    or ((select access.reads(%2$L)) = ''own'' and (%3$s)))', place, name, own_read);
  changed text := format('%1$s and ((select access.writes(%2$L)) = ''all''
    or ((select access.writes(%2$L)) = ''own'' and (%3$s)))', place, name, own_write);
begin
  perform access.guard_for_service(subject);
  execute format(
    'create policy reads on %s for select to yaosu_reader, yaosu_department using (%s)',
    name, seen);
  execute format(
    'create policy inserts on %s for insert to yaosu_department with check (%s)', name, changed);
  execute format(
    'create policy updates on %s for update to yaosu_department using (%s) with check (%s)',
    name, changed, changed);
  if exists (select from access.reach r where r.subject = name and r.writes is not null) then
    execute format('grant insert, update on %s to yaosu_department', name);
  end if;
  execute format('grant select on %s to yaosu_department', name);
end $$;

-- The service and its nights see everything; nobody else sees anything until a policy says so.
create function access.guard_for_service(subject regclass) returns void
language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', subject);
  execute format(
    'create policy service on %s to yaosu_service using (true) with check (true)', subject);
end $$;
comment on function access.guard_for_service(regclass) is '启用行级安全，服务角色不受限';
comment on function access.guard(regclass, text, text) is
  '按 access.reach 为一张登记表设置行级安全；条件为“本部门的行”';

select access.guard('registry.regions', 'false', 'false');
select access.guard('registry.chains', 'false', 'false');
select access.guard('registry.enterprises', 'department = (select access.department())
  or uscc in (select o.uscc from access.offered() o)');
select access.guard('registry.parcels');
select access.guard('registry.land_quotas',
  '''county:'' || region = (select access.department())');
select access.guard('registry.land_requests');
select access.guard('registry.banks');
select access.guard('registry.credit_lines');
select access.guard('registry.loan_products');
select access.guard('registry.bank_chain_history');
select access.guard('registry.finance_requests', 'department = (select access.department())
  or number in (select o.request from access.offered() o)');
select access.guard('registry.universities');
select access.guard('registry.experts', 'department = (select access.department())
  or code in (select access.own_experts())');
select access.guard('registry.expert_requests', 'department = (select access.department())
  or number in (select o.request from access.offered() o)');
select access.guard('registry.conflicts_of_interest');
select access.guard('registry.talents',
  '''university:'' || university = (select access.department())', 'false');
select access.guard('registry.host_posts');
select access.guard('registry.institution_posts', 'department = (select access.department())
  or ''county:'' || region = (select access.department())');
select access.guard('registry.homes',
  '''county:'' || region = (select access.department())', 'false');
select access.guard('registry.home_applications');

-- What no policy speaks of, sealed rankings among it, no department sees.
select access.guard_for_service(c.oid) from pg_class c
where c.relnamespace = 'registry'::regnamespace and c.relkind = 'r' and not c.relrowsecurity;

-- Readers do without names of persons.
do $$
declare
  subject regclass;
  personal text[] := array['registry.experts.name', 'registry.talents.name',
    'registry.home_applications.applicant'];
begin
  for subject in
    select c.oid::regclass from pg_class c
    where c.relnamespace = 'registry'::regnamespace and c.relkind = 'r' and exists (
      select from pg_policy p where p.polrelid = c.oid and p.polname = 'reads')
  loop
    execute (
      select format('grant select (%s) on %s to yaosu_reader',
        string_agg(quote_ident(a.attname), ', '), subject)
      from pg_attribute a
      where a.attrelid = subject and a.attnum > 0 and not a.attisdropped
        and subject::text || '.' || a.attname <> all (personal));
  end loop;
end $$;

-- Rounds and offers: of the department's mechanisms, and what concerns the department itself.
select access.guard_for_service('allocation.round');
create policy reads on allocation.round for select to yaosu_reader, yaosu_department
  using (((select access.jurisdiction()) is null or jurisdiction = (select access.jurisdiction()))
    and mechanism::text = any ((select access.mechanisms())::text[]));
select access.guard_for_service('allocation.offer');
create policy reads on allocation.offer for select to yaosu_reader, yaosu_department
  using (((select access.jurisdiction()) is null or jurisdiction = (select access.jurisdiction()))
    and (select access.duty()) in ('reader', 'clerk', 'owner', 'approver')
    and (mechanism::text = any ((select access.mechanisms())::text[])
      or offer_id in (select o.offer_id from access.offered() o)
      or uscc in (select access.own_enterprises())));
select access.guard_for_service('finance.match');
create policy reads on finance.match for select to yaosu_reader, yaosu_department
  using (((select access.jurisdiction()) is null or jurisdiction = (select access.jurisdiction()))
    and (select access.duty()) in ('reader', 'clerk', 'owner', 'approver')
    and ('finance' = any ((select access.mechanisms())::text[])
      or ((select access.kind()) = 'bank' and 'bank:' || bank = (select access.department()))
      or uscc in (select access.own_enterprises())));

-- Who got nothing in the last night, and why: of the department's mechanisms, and its enterprises.
create function access.unserved() returns table (
  mechanism text, request text, round_id bigint, business_date date, reason text, "row" text,
  smallest_change jsonb, explanation_zh text, explanation_en text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.mechanism::text, q.request, r.round_id, r.business_date, u.reason, k.row,
    u.smallest_change::jsonb, u.explanation_zh, u.explanation_en
  from (
    select distinct on (r.mechanism, r.jurisdiction) r.* from allocation.round r
    where r.kind = 'nightly'
      and (access.jurisdiction() is null or r.jurisdiction = access.jurisdiction())
    order by r.mechanism, r.jurisdiction, r.business_date desc) r
  join allocation.round_unserved u using (round_id)
  join allocation.round_request q using (round_id, request_no)
  left join allocation.round_row k on k.round_id = u.round_id and k.row_no = u.row_no
  where access.duty() in ('reader', 'clerk', 'owner', 'approver')
    and (r.mechanism::text = any (access.mechanisms())
      or q.uscc in (select access.own_enterprises()))
$$;
comment on function access.unserved() is '最近一轮中未获配的诉求及缘由，限调用者可见者';

grant usage on schema registry, allocation, finance, reference, calendar, policy, audit
  to yaosu_reader, yaosu_department;
grant select on allocation.round, allocation.offer, finance.match,
  allocation.answer_code, reference.division, reference.industry, reference.land_class,
  calendar.notices, calendar.exceptions, policy.versions, policy.parameters, policy.in_force,
  access.kind to yaosu_reader, yaosu_department;
grant execute on function access.department(), access.kind(), access.duty(),
  access.jurisdiction(), access.reads(text), access.mechanisms(), access.offered(),
  access.own_enterprises(), access.own_experts(), access.unserved() to yaosu_reader, yaosu_department;
-- Defaults, domains and triggers of the tables that a department writes run in its role.
grant execute on function access.writes(text), registry.is_uscc(text),
  registry.is_code_list(text[]), audit.open_event_id(), audit.open_event_at()
  to yaosu_department;

-- These look beyond the caller's rows to keep what must never break.
alter function registry.derive_from_parent() security definer
  set search_path = pg_catalog, pg_temp;
alter function registry.check_place() security definer set search_path = pg_catalog, pg_temp;
alter function registry.keep_places() security definer set search_path = pg_catalog, pg_temp;
alter function registry.lead_requests() security definer set search_path = pg_catalog, pg_temp;
alter function registry.check_list() security definer set search_path = pg_catalog, pg_temp;
alter function allocation.follow_registry() security definer
  set search_path = pg_catalog, pg_temp;
alter function allocation.take_back_grant() security definer
  set search_path = pg_catalog, pg_temp;
alter function finance.follow_lines() security definer set search_path = pg_catalog, pg_temp;
alter function rotation.check_capacity() security definer set search_path = pg_catalog, pg_temp;

-- ── audit and administration apart ──────────────────────────────────────────────────────────────

grant usage on schema audit to yaosu_auditor;
grant select on audit.event, audit.head to yaosu_auditor;
grant execute on function audit.chain_break(), audit.hash_of(audit.event) to yaosu_auditor;
grant select on access.department, access.department_place, access.kind, access.reach
  to yaosu_admin;
grant select (token_id, hint, department, role, jurisdiction, issued_at, expires_at, revoked_at)
  on access.token to yaosu_admin;

-- ── retries ─────────────────────────────────────────────────────────────────────────────────────

-- Not watched: what a call changed is in its own event; this row only repeats the answer.
create table access.answered (
  department text not null references access.department,
  key text not null check (char_length(key) between 1 and 255),
  request_digest bytea not null check (octet_length(request_digest) = 32),
  status smallint check (status between 200 and 299),
  etag text,
  location text,
  body text,
  answered_at timestamptz not null default transaction_timestamp(),
  primary key (department, key)
);
comment on table access.answered is '已答复的幂等键：同键同请求者重复同一答复，与变更在同一事务写入';
comment on column access.answered.department is '部门代码';
comment on column access.answered.key is '调用方给出的 Idempotency-Key';
comment on column access.answered.request_digest is '请求（方法、路径、正文）的 SHA-256 摘要';
comment on column access.answered.status is 'HTTP 状态';
comment on column access.answered.etag is '答复的 ETag';
comment on column access.answered.location is '答复的 Location';
comment on column access.answered.body is '答复的正文';
comment on column access.answered.answered_at is '答复时间；过期后清除';
create index on access.answered (answered_at);
grant update (status, etag, location, body), delete on access.answered to yaosu_service;
