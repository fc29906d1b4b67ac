-- Tech VP 科技副总: ranks under seal, stable rounds, and the years of an appointment.

set local role none;
create schema if not exists techvp authorization yaosu_owner;
set local role yaosu_owner;

comment on schema techvp is '科技副总：聘任的全过程';
alter default privileges for role yaosu_owner in schema techvp
  grant select, insert on tables to yaosu_service;
alter default privileges for role yaosu_owner in schema techvp
  grant usage on sequences to yaosu_service;
alter default privileges for role yaosu_owner in schema techvp
  grant execute on functions to yaosu_service;
grant usage on schema techvp to yaosu_service;

-- ── policy ──────────────────────────────────────────────────────────────────────────────────────

-- Clocks that a version could not know yet take their defaults there. The default policy itself
-- decides by stability from now on; an office that has versions of its own has chosen already.
alter table policy.parameters disable trigger _300_draft_only;
do $$
begin
  if audit.open_event_id() is null then
    perform audit.begin('yaosu migrate', 'techvp', 'default parameters');
  end if;
  insert into policy.parameters (version, name, number, unit, meaning)
  select v.version, p.name, p.number, p.unit, p.meaning
  from policy.versions v
  cross join (values
    ('techvp.clock.agreement', 30, '日', '高校同意后签订三方协议的时限'),
    ('techvp.clock.review', 30, '日', '年度考核提前此数提醒，也自此可以考核'),
    ('techvp.clock.ending', 90, '日', '聘期届满提前此数提醒，也自此可以续聘')
  ) p (name, number, unit, meaning)
  where not exists (
    select from policy.parameters o where (o.version, o.name) = (v.version, p.name));
end $$;
alter table policy.parameters enable trigger _300_draft_only;

do $$
begin
  if (select array_agg(v.version) from policy.versions v) = array[1] then
    insert into policy.versions (version, title, state)
    values (2, '默认政策：科技副总按双方志愿稳定匹配', 'draft');
    insert into policy.parameters (version, name, number, word, unit, meaning)
    select 2, p.name, p.number, case p.name when 'techvp.rule' then 'stable' else p.word end,
      p.unit, p.meaning
    from policy.parameters p where p.version = 1;
    update policy.versions v
    set state = 'in_force', in_force_from = (
      select o.in_force_from from policy.versions o where o.version = 1)
    where v.version = 2;
  end if;
end $$;

-- ── ranks and matchings of a round ──────────────────────────────────────────────────────────────

create table allocation.round_rank (
  round_id bigint not null references allocation.round,
  request_no integer not null,
  option_no integer not null,
  by_request integer check (by_request >= 0),
  by_resource integer check (by_resource >= 0),
  primary key (round_id, request_no, option_no),
  check (num_nonnulls(by_request, by_resource) > 0)
);
comment on table allocation.round_rank is '一轮中双方所报志愿；未报者按得分排在所报之后';
comment on column allocation.round_rank.round_id is '轮次编号';
comment on column allocation.round_rank.request_no is '诉求的轮内序号';
comment on column allocation.round_rank.option_no is '可选项序号';
comment on column allocation.round_rank.by_request is '诉求一方所报该资源的次序，1 最先；0 为续聘';
comment on column allocation.round_rank.by_resource is '资源一方所报该诉求的次序，1 最先；0 为续聘';
create trigger _900_own_round after insert on allocation.round_rank
  referencing new table as new_rows
  for each statement execute function allocation.require_own_round();

create table allocation.round_matching (
  round_id bigint not null references allocation.round,
  matching text not null check (matching in ('optimal', 'request_optimal', 'resource_optimal')),
  choices integer[] not null check (array_position(choices, null) is null),
  primary key (round_id, matching)
);
comment on table allocation.round_matching is '双向志愿的轮次按各规则的结果：所用的，与未用的';
comment on column allocation.round_matching.round_id is '轮次编号';
comment on column allocation.round_matching.matching is
  '规则：optimal 总分最高、request_optimal 对诉求最优的稳定匹配、resource_optimal 对资源最优的稳定匹配';
comment on column allocation.round_matching.choices is '按诉求轮内序号所选的可选项序号，−1 为未获配';
create trigger _900_own_round after insert on allocation.round_matching
  referencing new table as new_rows
  for each statement execute function allocation.require_own_round();

-- What 0005 digests every round stores; a two-sided one stores more, and its digest covers both.
alter function allocation.content_digest(bigint) rename to common_digest;
comment on function allocation.common_digest(bigint) is '重算一轮所存各行中各机制共有部分的摘要';

create function allocation.content_digest(of_round bigint) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  with common as materialized (select allocation.common_digest(of_round) as digest),
  lines as (
    select 0 as part, 0 as a, 0 as b, '' as c,
      allocation.canonical_line('common', c.digest) as line
    from common c
    union all
    select 1, k.request_no, k.option_no, '',
      allocation.canonical_line('rank', k.request_no::text, k.option_no::text,
        coalesce(k.by_request::text, '-'), coalesce(k.by_resource::text, '-'))
    from allocation.round_rank k where k.round_id = of_round
    union all
    select 2, 0, 0, m.matching,
      allocation.canonical_line(variadic array['matching', m.matching] || m.choices::text[])
    from allocation.round_matching m where m.round_id = of_round)
  select case count(*) when 1 then (select c.digest from common c)
    else encode(sha256(convert_to(
      string_agg(line, '' order by part, a, b, c collate "C"), 'UTF8')), 'hex') end
  from lines
$$;
comment on function allocation.content_digest(bigint) is
  '重算一轮所存各行的摘要；双向志愿的轮次连同志愿与各匹配';
grant execute on function allocation.content_digest(bigint) to yaosu_report;

-- How a side grades a pair, as something that compares: filed ranks first, the rest by score. The
-- smaller is the better; equal grades are a tie.
create function allocation.grade(filed integer, score bigint) returns bigint[]
language sql immutable parallel safe
as $$ select case when filed is null then array[1, -score] else array[0, filed] end $$;
comment on function allocation.grade(integer, bigint) is
  '一方对一对的次序，可比较，小者在前：先所报志愿，后按得分';
grant execute on function allocation.grade(integer, bigint) to yaosu_report;

-- ── ranks under seal ────────────────────────────────────────────────────────────────────────────

-- A list is a side's ranks: those of one request, or of one expert. Its hash is public at once, the
-- list itself to nobody before a round opens it. Salts keep a hash of a few ranks from being
-- guessed; they are told with the list.
alter table registry.expert_rankings add column salt uuid not null default gen_random_uuid();
comment on column registry.expert_rankings.salt is '封存用的随机数，开封时公布';
revoke all on registry.expert_rankings from yaosu_service;
-- Not even the owner's role reads a sealed list. The functions that seal and merge lists say that
-- they do, with a setting of the transaction; whoever else sets it does so on purpose.
alter table registry.expert_rankings enable row level security;
alter table registry.expert_rankings force row level security;
create policy sealing on registry.expert_rankings to yaosu_owner
  using (coalesce(current_setting('yaosu.sealing', true), '') = 'on');

-- The audit of a sealed table tells that and when it changed, and a digest that the salts protect.
drop trigger _900_note_insert on registry.expert_rankings;
drop trigger _900_note_update on registry.expert_rankings;
drop trigger _900_note_delete on registry.expert_rankings;
create trigger _900_note_insert after insert on registry.expert_rankings
  referencing new table as new_rows for each statement
  execute function audit.note('concat_ws(''/'', r.side, r.request, r.expert)', 'no history');
create trigger _900_note_update after update on registry.expert_rankings
  referencing old table as old_rows new table as new_rows for each statement
  execute function audit.note('concat_ws(''/'', r.side, r.request, r.expert)', 'no history');
create trigger _900_note_delete after delete on registry.expert_rankings
  referencing old table as old_rows for each statement
  execute function audit.note('concat_ws(''/'', r.side, r.request, r.expert)', 'no history');

create function registry.renew_salt() returns trigger
language plpgsql
as $$
begin
  new.salt := gen_random_uuid();
  return new;
end $$;
comment on function registry.renew_salt() is '志愿变更时换用新的随机数';
create trigger _300_salt before update on registry.expert_rankings
  for each row when (old.rank is distinct from new.rank)
  execute function registry.renew_salt();

create table registry.ranking_seal (
  side text not null check (side in ('enterprise', 'expert')),
  party text not null,
  version integer not null check (version > 0),
  entries integer not null check (entries >= 0),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  sealed_at timestamptz not null default transaction_timestamp(),
  opened_on date,
  jurisdiction registry.division_code not null,
  primary key (side, party, version)
);
comment on table registry.ranking_seal is '志愿表的封存：每次变更一个版本，哈希当即公布，轮次用到时开封';
comment on column registry.ranking_seal.side is '填报方：enterprise 企业、expert 专家';
comment on column registry.ranking_seal.party is '填报者：需求编号，或专家编号';
comment on column registry.ranking_seal.version is '版本，从 1 起；最后一版有效';
comment on column registry.ranking_seal.entries is '志愿数';
comment on column registry.ranking_seal.hash is
  'SHA-256：各行“次序、制表符、对方编号、制表符、随机数、换行”按次序与编号相连';
comment on column registry.ranking_seal.sealed_at is '封存时间';
comment on column registry.ranking_seal.opened_on is '开封的业务日，未开封为空';
comment on column registry.ranking_seal.jurisdiction is '所属地级市代码';
select audit.watch('registry.ranking_seal', array['side', 'party', 'version']);
revoke insert, update, delete on registry.ranking_seal from yaosu_service;

create policy opened on registry.expert_rankings for select to yaosu_owner
  using ((
    select s.opened_on is not null from registry.ranking_seal s
    where s.side = expert_rankings.side and s.party = case expert_rankings.side
      when 'enterprise' then expert_rankings.request else expert_rankings.expert end
    order by s.version desc limit 1));

create function registry.ranking_hash(of_side text, of_party text)
returns table (entries integer, hash text)
language sql stable
as $$
  select count(*)::integer, encode(sha256(convert_to(coalesce(string_agg(
    e.rank || E'\t' || e.other || E'\t' || e.salt || E'\n',
    '' order by e.rank, e.other collate "C"), ''), 'UTF8')), 'hex')
  from (
    select r.rank, r.salt, case of_side when 'enterprise' then r.expert else r.request end as other
    from registry.expert_rankings r
    where r.side = of_side
      and case of_side when 'enterprise' then r.request else r.expert end = of_party) e
$$;
comment on function registry.ranking_hash(text, text) is '一份志愿表的志愿数与哈希';
revoke execute on function registry.ranking_hash(text, text) from yaosu_service;

create function registry.seal_lists(sides text[], parties text[], jurisdictions text[])
returns void
language sql
as $$
  insert into registry.ranking_seal (side, party, version, entries, hash, jurisdiction)
  select l.side, l.party, 1 + coalesce((
      select max(s.version) from registry.ranking_seal s
      where (s.side, s.party) = (l.side, l.party)), 0), h.entries, h.hash, l.jurisdiction
  from (
    select distinct on (t.side, t.party) t.*
    from unnest(sides, parties, jurisdictions) as t (side, party, jurisdiction)
    order by t.side, t.party) l
  cross join lateral registry.ranking_hash(l.side, l.party) h
$$;
comment on function registry.seal_lists(text[], text[], text[]) is '为变更的各志愿表封存新版本';
revoke execute on function registry.seal_lists(text[], text[], text[]) from yaosu_service;

create function registry.seal_changed_lists() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  before text := coalesce(current_setting('yaosu.sealing', true), '');
begin
  perform set_config('yaosu.sealing', 'on', true);
  if tg_op = 'DELETE' then
    perform registry.seal_lists(array_agg(o.side),
      array_agg(case o.side when 'enterprise' then o.request else o.expert end),
      array_agg(o.jurisdiction::text))
    from old_rows o;
  else
    perform registry.seal_lists(array_agg(n.side),
      array_agg(case n.side when 'enterprise' then n.request else n.expert end),
      array_agg(n.jurisdiction::text))
    from new_rows n;
  end if;
  perform set_config('yaosu.sealing', before, true);
  return null;
end $$;
comment on function registry.seal_changed_lists() is '志愿变更时封存';
create trigger _500_seal_insert after insert on registry.expert_rankings
  referencing new table as new_rows
  for each statement execute function registry.seal_changed_lists();
create trigger _500_seal_update after update on registry.expert_rankings
  referencing old table as old_rows new table as new_rows
  for each statement execute function registry.seal_changed_lists();
create trigger _500_seal_delete after delete on registry.expert_rankings
  referencing old table as old_rows
  for each statement execute function registry.seal_changed_lists();

-- What was filed before there were seals.
do $$
begin
  perform set_config('yaosu.sealing', 'on', true);
  if exists (select from registry.expert_rankings) then
    perform registry.seal_lists(array_agg(r.side),
      array_agg(case r.side when 'enterprise' then r.request else r.expert end),
      array_agg(r.jurisdiction::text))
    from registry.expert_rankings r;
  end if;
  perform set_config('yaosu.sealing', '', true);
end $$;

-- An import writes lists without reading them: equal rows stay as they are and keep their seal.
create function registry.lock_rankings() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  lock table registry.expert_rankings in share row exclusive mode;
end $$;
comment on function registry.lock_rankings() is '导入时锁定志愿表，不得读取';

create function registry.merge_rankings(filed jsonb)
returns table (inserted bigint, updated bigint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('yaosu.sealing', 'on', true);
  update registry.expert_rankings r set rank = f.rank
  from jsonb_to_recordset(filed) as f (side text, request text, expert text, rank integer)
  where (r.side, r.request, r.expert) = (f.side, f.request, f.expert) and r.rank <> f.rank;
  get diagnostics updated = row_count;
  insert into registry.expert_rankings (side, request, expert, rank, jurisdiction)
  select f.side, f.request, f.expert, f.rank, q.jurisdiction
  from jsonb_to_recordset(filed) as f (side text, request text, expert text, rank integer)
  join registry.expert_requests q on q.number = f.request
  where not exists (
    select from registry.expert_rankings r
    where (r.side, r.request, r.expert) = (f.side, f.request, f.expert));
  get diagnostics inserted = row_count;
  perform set_config('yaosu.sealing', '', true);
  return next;
end $$;
comment on function registry.merge_rankings(jsonb) is '导入志愿：新增与变更，不读出';

create function registry.open_rankings(of_jurisdiction text, on_date date) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  opened integer;
begin
  -- A round that is stored has used its lists; what was filed since waits for the next.
  if exists (
    select from allocation.round r
    where r.mechanism = 'techvp' and r.jurisdiction = of_jurisdiction and r.kind = 'nightly'
      and r.business_date >= on_date) then
    return 0;
  end if;
  update registry.ranking_seal s set opened_on = on_date
  where s.jurisdiction = of_jurisdiction and s.opened_on is null
    and not exists (
      select from registry.ranking_seal n
      where (n.side, n.party) = (s.side, s.party) and n.version > s.version);
  get diagnostics opened = row_count;
  return opened;
end $$;
comment on function registry.open_rankings(text, date) is
  '轮次截止：开封全市未开封的志愿表，记入审计；该日或其后已有轮次者不再开封；返回份数';

create function registry.opened_rankings(of_jurisdiction text)
returns table (side text, request text, expert text, rank integer, salt uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.side, r.request, r.expert, r.rank, r.salt
  from registry.expert_rankings r
  where r.jurisdiction = of_jurisdiction
$$;
comment on function registry.opened_rankings(text) is '已开封的志愿；未开封者由行级安全挡住';

-- ── appointments ────────────────────────────────────────────────────────────────────────────────

insert into allocation.answer_code values
  ('techvp', 'completed', '聘期届满', 'the term is over'),
  ('techvp', 'renewed', '聘期届满，已商定续聘', 'the term is over, to be renewed'),
  ('techvp', 'not_agreed', '未能签订三方协议', 'no tripartite agreement was reached'),
  ('techvp', 'failed_review', '年度考核不合格', 'failed the yearly review'),
  ('techvp', 'days_short', '到岗天数不足', 'fewer days on site than promised'),
  ('techvp', 'expert_left', '专家离职或调离', 'the expert has left the university'),
  ('techvp', 'enterprise_closed', '企业停产或注销', 'the enterprise has closed'),
  ('techvp', 'conflict_found', '发现利益关联', 'a conflict of interest was found'),
  ('techvp', 'mutual', '协商一致', 'by mutual consent');
update allocation.answer_code set answers = case
    when code in ('completed', 'renewed') then '{}'::text[]
    when code in ('not_interested', 'not_released') then '{decline}'
    when code in ('unsuitable', 'expert_left', 'enterprise_closed', 'conflict_found')
      then '{decline,release}'
    else '{release}' end
where mechanism = 'techvp';

insert into allocation.reminder_kind values
  ('techvp', 'agreement_overdue', '三方协议逾期未签', 'the tripartite agreement is overdue'),
  ('techvp', 'review_due', '年度考核将到期', 'a yearly review is due'),
  ('techvp', 'review_overdue', '年度考核已逾期', 'a yearly review is overdue'),
  ('techvp', 'ending', '聘期将届满', 'a term is ending');

create table techvp.appointment_state (
  state text primary key,
  offer_state text check (offer_state in ('offered', 'accepted', 'released')),
  meaning text not null
);
comment on table techvp.appointment_state is '聘任的状态';
comment on column techvp.appointment_state.state is '状态';
comment on column techvp.appointment_state.offer_state is '此时拟配置的状态，空为拟配置自身未成';
comment on column techvp.appointment_state.meaning is '含义';
revoke insert on techvp.appointment_state from yaosu_service;
insert into techvp.appointment_state values
  ('offered', 'offered', '拟聘，待高校同意'),
  ('consented', 'accepted', '高校已同意，待签三方协议'),
  ('agreed', 'accepted', '三方协议已签，待到岗'),
  ('active', 'accepted', '在聘'),
  ('completed', 'released', '期满'),
  ('renewed', 'released', '期满，已商定续聘'),
  ('ended', 'released', '提前终止'),
  ('lapsed', null, '未成：高校不予同意、逾期或撤回');

create table techvp.appointment_arrow (
  from_state text not null references techvp.appointment_state,
  to_state text not null references techvp.appointment_state,
  primary key (from_state, to_state)
);
comment on table techvp.appointment_arrow is '聘任状态之间允许的去向';
comment on column techvp.appointment_arrow.from_state is '原状态';
comment on column techvp.appointment_arrow.to_state is '新状态';
revoke insert on techvp.appointment_arrow from yaosu_service;
insert into techvp.appointment_arrow values
  ('offered', 'consented'), ('offered', 'lapsed'),
  ('consented', 'agreed'), ('consented', 'ended'),
  ('agreed', 'active'), ('agreed', 'ended'),
  ('active', 'completed'), ('active', 'renewed'), ('active', 'ended');

create table techvp.appointment (
  appointment_id bigint generated always as identity primary key,
  offer_id bigint not null unique references allocation.offer,
  jurisdiction text not null,
  request text not null,
  uscc text not null,
  expert text not null,
  university text not null,
  days_per_month smallint not null check (days_per_month between 1 and 31),
  state text not null default 'offered' references techvp.appointment_state,
  state_on date not null,
  agreement_no text check (agreement_no <> ''),
  starts_on date,
  months smallint constraint appointment_months check (months between 12 and 36),
  ends_on date,
  renewal_months smallint constraint appointment_renewal_months
    check (renewal_months between 12 and 36),
  renewal_request text unique,
  renews bigint references techvp.appointment,
  answered_by text check (answered_by <> ''),
  end_code text,
  note text check (note <> ''),
  mechanism allocation.mechanism not null default 'techvp' check (mechanism = 'techvp'),
  term daterange generated always as (
    case when starts_on is null then null
      when state <> 'ended' then daterange(starts_on, ends_on, '[]')
      when state_on >= starts_on then daterange(starts_on, least(ends_on, state_on), '[]')
    end) stored,
  foreign key (mechanism, end_code) references allocation.answer_code,
  constraint appointment_agreement check (
    num_nonnulls(agreement_no, starts_on, months, ends_on) in (0, 4)
    and (agreement_no is not null
      or state in ('offered', 'consented', 'lapsed', 'ended'))),
  constraint appointment_end check (
    ends_on = (starts_on + make_interval(months => months))::date - 1),
  constraint appointment_renewal check (
    num_nonnulls(renewal_months, renewal_request) in (0, 2)
    and (renewal_months is not null or state <> 'renewed')),
  constraint appointment_ended_with_code check ((state = 'ended') = (end_code is not null)),
  -- One enterprise an expert at a time, whatever the transactions around it do.
  constraint appointment_one_enterprise
    exclude using gist (expert with =, term with &&) where (term is not null)
);
create index on techvp.appointment (request);
create index on techvp.appointment (uscc);
comment on table techvp.appointment is '聘任：一项拟配置之后的全过程';
comment on column techvp.appointment.appointment_id is '聘任编号';
comment on column techvp.appointment.offer_id is '拟配置编号';
comment on column techvp.appointment.jurisdiction is '辖区（地级市代码）';
comment on column techvp.appointment.request is '需求编号';
comment on column techvp.appointment.uscc is '统一社会信用代码';
comment on column techvp.appointment.expert is '专家编号';
comment on column techvp.appointment.university is '学校标识码';
comment on column techvp.appointment.days_per_month is '约定每月到岗天数';
comment on column techvp.appointment.state is '状态，见 techvp.appointment_state';
comment on column techvp.appointment.state_on is '进入此状态的日期；期满、终止者为最后一日';
comment on column techvp.appointment.agreement_no is '三方协议文号';
comment on column techvp.appointment.starts_on is '聘期起日';
comment on column techvp.appointment.months is '聘期（月），12 至 36';
comment on column techvp.appointment.ends_on is '约定聘期止日（含）';
comment on column techvp.appointment.renewal_months is '商定续聘的月数';
comment on column techvp.appointment.renewal_request is '续聘的需求编号';
comment on column techvp.appointment.renews is '所接续的聘任编号';
comment on column techvp.appointment.answered_by is '经办人';
comment on column techvp.appointment.end_code is '提前终止的缘由代码';
comment on column techvp.appointment.note is '说明';
comment on column techvp.appointment.mechanism is '机制，恒为 techvp';
comment on column techvp.appointment.term is '聘期；提前终止者至终止之日';
select audit.watch('techvp.appointment', array['appointment_id']);
revoke insert on techvp.appointment from yaosu_service;
grant update (state, state_on, agreement_no, starts_on, months, ends_on, renewal_months,
  renewal_request, answered_by, end_code, note) on techvp.appointment to yaosu_service;

create table techvp.appointment_step (
  appointment_id bigint not null references techvp.appointment,
  step integer not null check (step > 0),
  state text not null references techvp.appointment_state,
  reached_on date not null,
  answered_by text,
  primary key (appointment_id, step)
);
comment on table techvp.appointment_step is '聘任经过的各状态，只增不改';
comment on column techvp.appointment_step.appointment_id is '聘任编号';
comment on column techvp.appointment_step.step is '序号，从 1 起';
comment on column techvp.appointment_step.state is '状态';
comment on column techvp.appointment_step.reached_on is '日期';
comment on column techvp.appointment_step.answered_by is '经办人';
select audit.watch('techvp.appointment_step', array['appointment_id', 'step']);
revoke insert on techvp.appointment_step from yaosu_service;
create trigger append_only before update or delete on techvp.appointment_step
  for each statement execute function audit.refuse_change();

create table techvp.review (
  appointment_id bigint not null references techvp.appointment,
  year_no smallint not null check (year_no between 1 and 3),
  due_on date not null,
  grade text check (grade in ('excellent', 'passed', 'failed')),
  reviewed_on date,
  reviewed_by text check (reviewed_by <> ''),
  note text check (note <> ''),
  primary key (appointment_id, year_no),
  check (num_nonnulls(grade, reviewed_on, reviewed_by) in (0, 3))
);
comment on table techvp.review is '年度考核：到岗时逐年列出，到期考核';
comment on column techvp.review.appointment_id is '聘任编号';
comment on column techvp.review.year_no is '第几年';
comment on column techvp.review.due_on is '到期日：该年最后一日';
comment on column techvp.review.grade is '等次：excellent 优秀、passed 合格、failed 不合格，空为未考核';
comment on column techvp.review.reviewed_on is '考核日期';
comment on column techvp.review.reviewed_by is '考核人';
comment on column techvp.review.note is '评语';
select audit.watch('techvp.review', array['appointment_id', 'year_no']);
revoke insert on techvp.review from yaosu_service;
grant update (grade, reviewed_on, reviewed_by, note) on techvp.review to yaosu_service;

create table techvp.site_days (
  appointment_id bigint not null references techvp.appointment,
  month date not null check (extract(day from month) = 1),
  days smallint not null check (days between 0 and 31),
  logged_on date not null,
  logged_by text not null check (logged_by <> ''),
  note text check (note <> ''),
  primary key (appointment_id, month)
);
comment on table techvp.site_days is '逐月到岗天数';
comment on column techvp.site_days.appointment_id is '聘任编号';
comment on column techvp.site_days.month is '月份（该月一日）';
comment on column techvp.site_days.days is '到岗天数';
comment on column techvp.site_days.logged_on is '填报日期';
comment on column techvp.site_days.logged_by is '填报人';
comment on column techvp.site_days.note is '说明';
select audit.watch('techvp.site_days', array['appointment_id', 'month']);
grant update (days, logged_on, logged_by, note) on techvp.site_days to yaosu_service;

create table techvp.outcome (
  outcome_id bigint generated always as identity primary key,
  appointment_id bigint not null references techvp.appointment,
  kind text not null check (kind in ('problem_solved', 'patent', 'contract')),
  title text not null check (title ~ '\S'),
  reached_on date not null,
  value_wan registry.wan,
  document_no text check (document_no <> ''),
  recorded_by text not null check (recorded_by <> ''),
  constraint outcome_contract_value check ((kind = 'contract') = (value_wan is not null)),
  constraint outcome_once unique (appointment_id, kind, title)
);
comment on table techvp.outcome is '聘任的成果';
comment on column techvp.outcome.outcome_id is '成果编号';
comment on column techvp.outcome.appointment_id is '聘任编号';
comment on column techvp.outcome.kind is
  '类别：problem_solved 解决难题、patent 专利、contract 合同';
comment on column techvp.outcome.title is '名称';
comment on column techvp.outcome.reached_on is '日期';
comment on column techvp.outcome.value_wan is '合同金额（万元）';
comment on column techvp.outcome.document_no is '专利号或合同号';
comment on column techvp.outcome.recorded_by is '登记人';
select audit.watch('techvp.outcome', array['outcome_id']);

-- ── arrows and what hangs on them ───────────────────────────────────────────────────────────────

create function techvp.refuse(what text, cause text, detail text) returns void
language plpgsql
as $$
begin
  raise exception '%', detail
    using errcode = 'check_violation', constraint = cause, schema = 'techvp', table = what;
end $$;
comment on function techvp.refuse(text, text, text) is '以名为 cause 的约束拒绝';

create function techvp.follow_arrow() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  stain record;
begin
  if not exists (
    select from techvp.appointment_arrow a
    where a.from_state = old.state and a.to_state = new.state) then
    perform techvp.refuse('appointment', 'appointment_arrow', format(
      'appointment %s: no arrow from %s to %s', old.appointment_id, old.state, new.state));
  end if;
  if new.state_on < old.state_on then
    perform techvp.refuse('appointment', 'appointment_dates', format(
      'appointment %s: %s on %s comes before %s on %s', old.appointment_id, new.state,
      new.state_on, old.state, old.state_on));
  end if;
  if new.state in ('agreed', 'active') then
    select c.kind, c.evidence, c.since into stain
    from registry.conflicts_of_interest c
    where c.uscc = new.uscc
      and (c.expert = new.expert
        or (c.university = new.university and c.jurisdiction = new.jurisdiction))
      and (c.since is null or c.since <= new.ends_on)
      and (c.until is null or c.until >= new.starts_on or c.kind = 'founded')
    limit 1;
    if stain.kind is not null then
      perform techvp.refuse('appointment', 'appointment_conflict', format(
        'appointment %s: conflict of interest (%s since %s: %s)', old.appointment_id, stain.kind,
        stain.since, stain.evidence));
    end if;
  end if;
  return new;
end $$;
comment on function techvp.follow_arrow() is
  '聘任状态只沿允许的去向变化，日期不倒流，有利益关联者不得签约、到岗';
create trigger _300_arrow before update of state on techvp.appointment
  for each row when (old.state is distinct from new.state)
  execute function techvp.follow_arrow();

-- What the three parties have signed stays.
create function techvp.keep_agreement() returns trigger
language plpgsql
as $$
begin
  perform techvp.refuse('appointment', 'appointment_agreement_stays', format(
    'appointment %s: what was agreed does not change', old.appointment_id));
  return new;
end $$;
comment on function techvp.keep_agreement() is '三方协议所定不变';
create trigger _310_agreement
  before update of agreement_no, starts_on, months, ends_on on techvp.appointment
  for each row when (old.agreement_no is not null
    and (old.agreement_no, old.starts_on, old.months, old.ends_on)
      is distinct from (new.agreement_no, new.starts_on, new.months, new.ends_on))
  execute function techvp.keep_agreement();

create function techvp.note_steps() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into techvp.appointment_step (appointment_id, step, state, reached_on, answered_by)
  select n.appointment_id, 1 + coalesce(last.step, 0), n.state, n.state_on, n.answered_by
  from new_rows n
  left join lateral (
    select s.step, s.state from techvp.appointment_step s
    where s.appointment_id = n.appointment_id order by s.step desc limit 1) last on true
  where last.state is distinct from n.state
  order by n.appointment_id;
  return null;
end $$;
comment on function techvp.note_steps() is '记下经过的每一状态';
create trigger _400_first_step after insert on techvp.appointment
  referencing new table as new_rows for each statement execute function techvp.note_steps();
create trigger _400_step after update on techvp.appointment
  referencing new table as new_rows for each statement execute function techvp.note_steps();

create function techvp.plan_reviews() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into techvp.review (appointment_id, year_no, due_on)
  select new.appointment_id, y, (new.starts_on + make_interval(months => 12 * y))::date - 1
  from generate_series(1, new.months / 12) y;
  return null;
end $$;
comment on function techvp.plan_reviews() is '到岗时列出各年考核';
create trigger _500_reviews after update of state on techvp.appointment
  for each row when (new.state = 'active' and old.state <> 'active')
  execute function techvp.plan_reviews();

create function techvp.guard_review() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  a techvp.appointment;
begin
  select * into strict a from techvp.appointment p
  where p.appointment_id = new.appointment_id for share;
  if a.state <> 'active' then
    perform techvp.refuse('review', 'review_of_active', format(
      'appointment %s is %s; only an active one is reviewed', a.appointment_id, a.state));
  end if;
  if old.grade is not null then
    perform techvp.refuse('review', 'review_once', format(
      'year %s of appointment %s was reviewed on %s', old.year_no, a.appointment_id,
      old.reviewed_on));
  end if;
  if not a.term @> new.reviewed_on then
    perform techvp.refuse('review', 'review_in_term', format(
      '%s is outside the term of appointment %s', new.reviewed_on, a.appointment_id));
  end if;
  return new;
end $$;
comment on function techvp.guard_review() is '只在聘期内考核，每年一次';
create trigger _300_guard before update on techvp.review
  for each row execute function techvp.guard_review();

create function techvp.guard_record() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  a techvp.appointment;
begin
  select * into strict a from techvp.appointment p
  where p.appointment_id = new.appointment_id for share;
  if a.state not in ('active', 'completed', 'renewed', 'ended') or a.term is null then
    perform techvp.refuse(tg_table_name, tg_table_name || '_of_term', format(
      'appointment %s is %s and has no term to record for', a.appointment_id, a.state));
  end if;
  if tg_table_name = 'site_days' then
    if not a.term && daterange(new.month, (new.month + interval '1 month')::date) then
      perform techvp.refuse(tg_table_name, 'site_days_in_term', format(
        'month %s is outside the term %s of appointment %s', new.month, a.term,
        a.appointment_id));
    end if;
    if new.days > extract(day from new.month + interval '1 month' - interval '1 day') then
      perform techvp.refuse(tg_table_name, 'site_days_of_month', format(
        'month %s has fewer than %s days', new.month, new.days));
    end if;
    if new.month > new.logged_on then
      perform techvp.refuse(tg_table_name, 'site_days_ahead', format(
        'month %s has not begun on %s', new.month, new.logged_on));
    end if;
  elsif new.reached_on < lower(a.term) then
    perform techvp.refuse(tg_table_name, 'outcome_in_term', format(
      '%s is before the term %s of appointment %s', new.reached_on, a.term, a.appointment_id));
  end if;
  return new;
end $$;
comment on function techvp.guard_record() is '到岗天数与成果只记在聘期之内';
create trigger _300_guard before insert or update on techvp.site_days
  for each row execute function techvp.guard_record();
create trigger _300_guard before insert on techvp.outcome
  for each row execute function techvp.guard_record();

-- ── an appointment follows its offer, and the offer its appointment ─────────────────────────────

create function techvp.open_appointments() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into techvp.appointment (offer_id, jurisdiction, request, uscc, expert, university,
    days_per_month, state_on, renews)
  select n.offer_id, n.jurisdiction, n.request, n.uscc, n.resource, x.university,
    q.days_per_month, r.business_date, earlier.appointment_id
  from new_rows n
  join allocation.round r using (round_id)
  join registry.expert_requests q on q.number = n.request
  join registry.experts x on x.code = n.resource
  left join techvp.appointment earlier
    on earlier.renewal_request = n.request and earlier.expert = n.resource
  where n.mechanism = 'techvp' and n.state = 'offered'
  order by n.offer_id;
  return null;
end $$;
comment on function techvp.open_appointments() is '拟配置写入时开始聘任';
create trigger _500_open_appointments after insert on allocation.offer
  referencing new table as new_rows for each statement
  execute function techvp.open_appointments();

create function techvp.follow_offers() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update techvp.appointment a
  set state = case n.state when 'accepted' then 'consented' when 'released' then 'ended'
      else 'lapsed' end,
    state_on = greatest(a.state_on, coalesce(n.answered_on, n.due_on)),
    answered_by = coalesce(n.answered_by, a.answered_by),
    end_code = case n.state when 'released' then n.answer_code end,
    note = coalesce(n.answer_note, a.note)
  from new_rows n
  join old_rows o using (offer_id)
  join techvp.appointment_state s on s.offer_state = o.state
  where n.mechanism = 'techvp' and n.state <> o.state and a.offer_id = n.offer_id
    and s.state = a.state;
  return null;
end $$;
comment on function techvp.follow_offers() is '拟配置接受、失效或释放时，聘任随之变化';
create trigger _500_follow_techvp_offers after update on allocation.offer
  referencing old table as old_rows new table as new_rows
  for each statement execute function techvp.follow_offers();

create function techvp.lead_offer() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update allocation.offer o
  set state = 'released', answered_by = coalesce(new.answered_by, 'office'),
    answered_on = new.state_on, answer_code = coalesce(new.end_code, new.state),
    answer_note = coalesce(new.note, o.answer_note)
  where o.offer_id = new.offer_id and o.state = 'accepted';
  return null;
end $$;
comment on function techvp.lead_offer() is '聘任结束时，拟配置随之释放';
create trigger _600_lead_offer after update of state on techvp.appointment
  for each row when (new.state in ('completed', 'renewed', 'ended') and old.state <> new.state)
  execute function techvp.lead_offer();

-- Offers first, then appointments: the order of everybody who changes both.
create function techvp.lock_appointment(of_request text) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  latest techvp.appointment;
begin
  select * into latest from techvp.appointment a
  where a.request = of_request order by a.appointment_id desc limit 1;
  perform from allocation.offer o where o.offer_id = latest.offer_id for no key update;
  perform from techvp.appointment a where a.appointment_id = latest.appointment_id for update;
  return latest.appointment_id;
end $$;
comment on function techvp.lock_appointment(text) is
  '锁定需求最近的一项聘任及其拟配置，返回聘任编号；没有时为空';

-- What dates move. States are dated by the day that moved them, not by the night that noticed.
create function techvp.move_terms(of_jurisdiction text, on_date date) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  due bigint[] := array(
    select a.appointment_id from techvp.appointment a
    where a.jurisdiction = of_jurisdiction
      and ((a.state = 'agreed' and a.starts_on <= on_date)
        or (a.state = 'active' and a.ends_on < on_date)));
begin
  perform from allocation.offer o
  where o.offer_id in (
    select a.offer_id from techvp.appointment a where a.appointment_id = any (due))
  order by o.offer_id for no key update;
  perform from techvp.appointment a where a.appointment_id = any (due)
  order by a.appointment_id for update;
  update techvp.appointment a set state = 'active', state_on = greatest(a.state_on, a.starts_on)
  where a.appointment_id = any (due) and a.state = 'agreed' and a.starts_on <= on_date;
  update techvp.appointment a
  set state = case when a.renewal_request is null then 'completed' else 'renewed' end,
    state_on = a.ends_on
  where a.appointment_id = any (due) and a.state = 'active' and a.ends_on < on_date;
end $$;
comment on function techvp.move_terms(text, date) is '夜间按日期到岗、期满';

-- Offers that were live before there were appointments.
insert into techvp.appointment (offer_id, jurisdiction, request, uscc, expert, university,
  days_per_month, state, state_on, answered_by)
select o.offer_id, o.jurisdiction, o.request, o.uscc, o.resource, x.university, q.days_per_month,
  s.state, case o.state when 'accepted' then o.answered_on else r.business_date end, o.answered_by
from allocation.offer o
join techvp.appointment_state s on s.state = case o.state
  when 'offered' then 'offered' when 'accepted' then 'consented' end
join allocation.round r using (round_id)
join registry.expert_requests q on q.number = o.request
join registry.experts x on x.code = o.resource
where o.mechanism = 'techvp'
order by o.offer_id;
