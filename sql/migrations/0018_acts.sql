-- Acts that take two persons: publication of a round, a policy that comes into force, an override.
--
-- One person asks, another one approves, and both mean the same content: its digest stands in the act
-- and is recomputed when it is asked and when it is decided. Nobody approves what they have asked.

set local role yaosu_owner;

-- ── persons ─────────────────────────────────────────────────────────────────────────────────────

alter table access.token add column person text
  check (char_length(person) between 1 and 255 and person ~ '\S');
comment on column access.token.person is
  '持有人：工号，与身份提供方令牌的 sub 同；空为不记名，不可提请或审批须两人办理的事项';
grant select (person) on access.token to yaosu_admin;

create function access.person() returns text
language sql stable
as $$ select nullif(current_setting('yaosu.person', true), '') $$;
comment on function access.person() is '本事务的调用人，不记名时为空';

create or replace function access.enter(of_digest bytea, within_ms integer)
returns table (token_id bigint, department text, role text, jurisdiction text)
language plpgsql
as $$
#variable_conflict use_column
declare
  caller record;
begin
  select t.token_id, t.department, t.role, t.jurisdiction, t.person into caller
  from access.token t
  where t.digest = of_digest and t.revoked_at is null
    and t.expires_at > transaction_timestamp();
  if not found then
    return;
  end if;
  perform set_config('yaosu.department', caller.department, true),
    set_config('yaosu.duty', caller.role, true),
    set_config('yaosu.jurisdiction', coalesce(caller.jurisdiction, ''), true),
    set_config('yaosu.person', coalesce(caller.person, ''), true),
    set_config('statement_timeout', within_ms::text, true);
  return query select caller.token_id, caller.department, caller.role, caller.jurisdiction;
end $$;

create function access.decides(of_subject text) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.writes from access.reach r
  where r.subject = of_subject and r.kind = access.kind() and access.duty() = 'approver'
$$;
comment on function access.decides(text) is '审批人可审批的范围：其部门经办可提请者';
grant execute on function access.person(), access.decides(text)
  to yaosu_reader, yaosu_department;

-- ── policy: drafts and their bounds ─────────────────────────────────────────────────────────────

alter table policy.versions add column base integer references policy.versions;
comment on column policy.versions.base is '起草时所依据的版本，空为初始版本';

create table policy.unit (
  unit text primary key,
  least numeric not null,
  most numeric not null check (most >= least),
  is_whole boolean not null
);
comment on table policy.unit is '政策参数的单位及其数值范围';
comment on column policy.unit.unit is '单位';
comment on column policy.unit.least is '最小值';
comment on column policy.unit.most is '最大值';
comment on column policy.unit.is_whole is '是否须为整数';
revoke insert, update, delete on policy.unit from yaosu_service;
insert into policy.unit values
  ('权重', 0, 1, false), ('分值', 0, 1, false), ('比例', 0, 1, false), ('倍', 1, 100, false),
  ('%', 0.01, 100, false), ('百分点', 0.01, 100, false), ('项', 0.01, 1000, false),
  ('天/月', 0.01, 31, false), ('户', 1, 1000000, true), ('万元', 1, 1000000000, true),
  ('分', 0, 10000000, true), ('分/万元', 0, 1000000, true), ('工作日', 1, 250, true),
  ('日', 1, 3650, true), ('月', 1, 600, true), ('分钟', 1, 1440, true);

create table policy.word (
  name text not null check (name ~ '^[a-z_]+(\.[a-z_]+)+$'),
  word text not null,
  meaning text not null,
  primary key (name, word)
);
comment on table policy.word is '取文字值的政策参数可用的词';
comment on column policy.word.name is '参数名';
comment on column policy.word.word is '词';
comment on column policy.word.meaning is '含义';
revoke insert, update, delete on policy.word from yaosu_service;
insert into policy.word values
  ('techvp.rule', 'optimal', '总分最高'), ('techvp.rule', 'stable', '稳定匹配'),
  ('finance.silence.answer', 'expire', '逾期失效'), ('finance.silence.answer', 'flag', '只作提示'),
  ('finance.silence.decision', 'expire', '逾期失效'),
  ('finance.silence.decision', 'flag', '只作提示'),
  ('finance.split.rule', 'never', '不拆分'), ('finance.split.rule', 'above', '超过限额可由两行分担');
grant select on policy.unit, policy.word to yaosu_reader, yaosu_department;

create function policy.keep_bounds() returns trigger
language plpgsql
as $$
begin
  if exists (
    select from policy.unit u
    where u.unit = new.unit and new.number is not null
      and (new.number < u.least or new.number > u.most
        or (u.is_whole and new.number <> trunc(new.number)))) then
    raise exception 'policy parameter %: % % is out of bounds', new.name, new.number, new.unit
      using errcode = 'check_violation', constraint = 'parameter_bounds', schema = 'policy',
        table = 'parameters', hint = 'See policy.unit.';
  end if;
  if exists (select from policy.word w where w.name = new.name) and not exists (
    select from policy.word w where w.name = new.name and w.word = new.word) then
    raise exception 'policy parameter %: “%” is not one of its words', new.name, new.word
      using errcode = 'check_violation', constraint = 'parameter_word', schema = 'policy',
        table = 'parameters', hint = 'See policy.word.';
  end if;
  return new;
end $$;
comment on function policy.keep_bounds() is '参数不出其单位的范围，文字值为可用的词';
create trigger _310_bounds before insert or update on policy.parameters
  for each row execute function policy.keep_bounds();

create function policy.content_digest(of_version integer) returns text
language sql stable
as $$
  select encode(sha256(convert_to(coalesce(string_agg(
    allocation.canonical_line('parameter', p.name, coalesce(trim_scale(p.number)::text, '-'),
      coalesce(p.word, '-'), p.unit), '' order by p.name collate "C"), ''), 'UTF8')), 'hex')
  from policy.parameters p where p.version = of_version
$$;
comment on function policy.content_digest(integer) is '一个版本全部参数的摘要';
grant execute on function policy.content_digest(integer),
  allocation.canonical_line(text[]) to yaosu_reader, yaosu_department;

-- What is in force or was computed with is not changed afterwards, and no day has two policies.
create function policy.start_fault(of_version integer, from_date date) returns text
language sql stable
as $$
  select case
    when v.state <> 'draft' then 'not_draft'
    when from_date <= (transaction_timestamp() at time zone 'Asia/Shanghai')::date then 'back_dated'
    when exists (
      select from policy.in_force f where f.in_force_from >= from_date) then 'overlap'
    when exists (
      select from allocation.round r
      where r.kind = 'nightly' and r.business_date >= from_date) then 'computed'
  end
  from policy.versions v where v.version = of_version
$$;
comment on function policy.start_fault(integer, date) is
  '草案何以不能自某日施行：not_draft 非草案、back_dated 追溯、overlap 已有同日或更晚施行的版本、computed 该日起已有轮次；可以时为空';

-- ── acts ────────────────────────────────────────────────────────────────────────────────────────

create table allocation.act_kind (
  kind text primary key check (kind ~ '^[a-z_]+$'),
  mechanisms text[] not null,
  is_once boolean not null,
  meaning text not null,
  meaning_en text not null
);
comment on table allocation.act_kind is '须两人办理的事项类别';
comment on column allocation.act_kind.kind is '类别';
comment on column allocation.act_kind.mechanisms is '涉及的机制；轮次公布依其轮次';
comment on column allocation.act_kind.is_once is '同一对象是否只办一次';
comment on column allocation.act_kind.meaning is '含义';
comment on column allocation.act_kind.meaning_en is '含义（英文）';
revoke insert on allocation.act_kind from yaosu_service;
insert into allocation.act_kind values
  ('publish_round', '{}', true, '公布轮次结果', 'publish a round'),
  ('put_policy_in_force', '{land,finance,techvp,rotation,housing}', true, '施行政策版本',
    'put a policy version in force'),
  ('allocate_land', '{land}', false, '会商指定地块', 'give a request a parcel by decision'),
  ('change_banks', '{finance}', false, '变更产业链的两家银行', 'change a chain''s two banks');

create table allocation.act (
  act_id bigint generated always as identity primary key,
  kind text not null references allocation.act_kind,
  subject text not null check (subject <> ''),
  jurisdiction text references registry.regions (code),
  mechanisms text[] not null,
  content jsonb not null check (jsonb_typeof(content) = 'object'),
  content_digest allocation.digest not null,
  note text check (note ~ '\S' and char_length(note) <= 400),
  state text not null default 'asked'
    check (state in ('asked', 'approved', 'refused', 'withdrawn')),
  asked_by text not null references access.department,
  asked_person text not null,
  asked_at timestamptz not null default transaction_timestamp(),
  decided_by text references access.department,
  decided_person text,
  decided_at timestamptz,
  decision_note text check (decision_note ~ '\S' and char_length(decision_note) <= 400),
  constraint act_decided check (
    (state = 'asked') = (num_nonnulls(decided_by, decided_person, decided_at) = 0)
    and num_nonnulls(decided_by, decided_person, decided_at) in (0, 3)),
  constraint act_second_person check (
    state in ('asked', 'withdrawn') or decided_person <> asked_person),
  constraint act_refusal_has_reason check (state <> 'refused' or decision_note is not null)
);
comment on table allocation.act is '须两人办理的事项：一人提请，另一人审批，以内容摘要为准';
comment on column allocation.act.act_id is '事项编号';
comment on column allocation.act.kind is '类别';
comment on column allocation.act.subject is '对象：轮次编号、政策版本、诉求编号、产业链代码';
comment on column allocation.act.jurisdiction is '辖区（地级市代码），空为全部';
comment on column allocation.act.mechanisms is '涉及的机制';
comment on column allocation.act.content is '拟办的内容';
comment on column allocation.act.content_digest is
  '内容摘要：轮次为其所存各行的摘要，政策为其参数与施行日期，其余为拟办内容';
comment on column allocation.act.note is '提请说明';
comment on column allocation.act.state is
  '状态：asked 待审批、approved 已批准并办理、refused 不予批准、withdrawn 已撤回';
comment on column allocation.act.asked_by is '提请部门';
comment on column allocation.act.asked_person is '提请人（工号）';
comment on column allocation.act.asked_at is '提请时间';
comment on column allocation.act.decided_by is '审批或撤回的部门';
comment on column allocation.act.decided_person is '审批或撤回的人（工号）';
comment on column allocation.act.decided_at is '审批或撤回的时间';
comment on column allocation.act.decision_note is '审批说明';
create unique index act_open_once on allocation.act (kind, subject) where state = 'asked';
create unique index act_done_once on allocation.act (kind, subject)
  where state = 'approved' and kind in ('publish_round', 'put_policy_in_force');
select audit.watch('allocation.act', array['act_id']);
create index on allocation.act (event_id);
grant update (state, decided_by, decided_person, decided_at, decision_note) on allocation.act
  to yaosu_service;

create function allocation.act_digest(of_kind text, of_subject text, of_content jsonb) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select case of_kind
    -- A round whose rows are not what it says of them has none.
    when 'publish_round' then (
      select r.content_digest::text from allocation.round r
      where r.round_id::text = of_subject and r.kind = 'nightly'
        and allocation.content_digest(r.round_id) = r.content_digest)
    when 'put_policy_in_force' then (
      select encode(sha256(convert_to(allocation.canonical_line('policy', v.version::text,
        policy.content_digest(v.version), of_content ->> 'in_force_from'), 'UTF8')), 'hex')
      from policy.versions v where v.version::text = of_subject)
    else encode(sha256(convert_to(
      allocation.canonical_line(of_kind, of_subject, of_content::text), 'UTF8')), 'hex')
  end
$$;
comment on function allocation.act_digest(text, text, jsonb) is '重算一个事项的内容摘要；对象不存在或已被改动时为空';

create function allocation.follow_act() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.state := 'asked';
    new.asked_by := coalesce(access.department(), new.asked_by);
    new.asked_person := coalesce(access.person(), new.asked_person);
    select k.mechanisms into new.mechanisms from allocation.act_kind k where k.kind = new.kind;
    if new.kind = 'publish_round' then
      select array[r.mechanism::text], r.jurisdiction into new.mechanisms, new.jurisdiction
      from allocation.round r where r.round_id::text = new.subject;
    end if;
  else
    if old.state <> 'asked' or new.state = 'asked' then
      raise exception 'act %: no arrow from % to %', old.act_id, old.state, new.state
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    new.decided_by := coalesce(access.department(), new.decided_by);
    new.decided_person := coalesce(access.person(), new.decided_person);
    new.decided_at := transaction_timestamp();
  end if;
  if new.state in ('asked', 'approved') and new.content_digest is distinct from
      allocation.act_digest(new.kind, new.subject, new.content) then
    raise exception 'act on % %: the content is not what the digest says', new.kind, new.subject
      using errcode = 'check_violation', constraint = 'act_digest', schema = 'allocation',
        table = 'act';
  end if;
  return new;
end $$;
comment on function allocation.follow_act() is
  '提请人与审批人由本事务的调用者得出；内容须与摘要相符；已办结者不再变更';
create trigger _300_follow before insert or update on allocation.act
  for each row execute function allocation.follow_act();

insert into access.reach (subject, kind, reads, writes) values
  ('allocation.act', 'office', 'own', 'own'),
  ('allocation.act', 'natural_resources', 'own', 'own'),
  ('allocation.act', 'finance_office', 'own', 'own'),
  ('allocation.act', 'science_technology', 'own', 'own'),
  ('allocation.act', 'human_resources', 'own', 'own'),
  ('allocation.act', 'supervision', 'own', null),
  ('policy.versions', 'office', 'all', 'all');

create function access.asks(of_kind text) returns boolean
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select access.writes('allocation.act') is not null and exists (
    select from allocation.act_kind k
    where k.kind = of_kind and k.mechanisms <@ access.mechanisms())
$$;
comment on function access.asks(text) is '调用者可否提请某类事项';
grant execute on function access.asks(text) to yaosu_department;

-- A policy is of all prefectures: its acts have none.
select access.guard_for_service('allocation.act');
create policy reads on allocation.act for select to yaosu_reader, yaosu_department
  using ((jurisdiction is null or (select access.jurisdiction()) is null
      or jurisdiction = (select access.jurisdiction()))
    and (select access.reads('allocation.act')) is not null
    and mechanisms <@ (select access.mechanisms()));
create policy inserts on allocation.act for insert to yaosu_department
  with check ((jurisdiction is null or (select access.jurisdiction()) is null
      or jurisdiction = (select access.jurisdiction()))
    and (select access.writes('allocation.act')) is not null
    and mechanisms <@ (select access.mechanisms()));
-- An approver decides; whoever asked may take it back.
create policy updates on allocation.act for update to yaosu_department
  using ((jurisdiction is null or (select access.jurisdiction()) is null
      or jurisdiction = (select access.jurisdiction()))
    and mechanisms <@ (select access.mechanisms())
    and ((select access.decides('allocation.act')) is not null
      or asked_person = (select access.person())))
  with check (case when (select access.decides('allocation.act')) is not null
    then state in ('approved', 'refused') else state = 'withdrawn' end);
grant select on allocation.act to yaosu_reader, yaosu_department;
grant insert (kind, subject, jurisdiction, content, content_digest, note), update (state, decision_note)
  on allocation.act to yaosu_department;
grant execute on function allocation.act_digest(text, text, jsonb) to yaosu_department;
