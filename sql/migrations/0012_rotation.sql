-- Rotation 政聘企培: placements and their life, seats at hosts, and the headcount of institution
-- posts by month ahead.
--
-- What a post has promised and what is occupied are queries over placements; nothing is counted
-- twice. One row a post (and one a host) makes concurrent writers queue, so that the second one
-- counts what the first has left.

set local role none;
create schema if not exists rotation authorization yaosu_owner;
set local role yaosu_owner;

comment on schema rotation is '政聘企培：派驻的全过程，企业席位与事业单位编制';
alter default privileges for role yaosu_owner in schema rotation
  grant select, insert on tables to yaosu_service;
alter default privileges for role yaosu_owner in schema rotation
  grant usage on sequences to yaosu_service;
alter default privileges for role yaosu_owner in schema rotation
  grant execute on functions to yaosu_service;
grant usage on schema rotation to yaosu_service;

-- ── policy ──────────────────────────────────────────────────────────────────────────────────────

-- A parameter that a version could not know yet takes its default there.
alter table policy.parameters disable trigger _300_draft_only;
do $$
begin
  if audit.open_event_id() is null then
    perform audit.begin('yaosu migrate', 'rotation', 'default parameters');
  end if;
  insert into policy.parameters (version, name, number, word, unit, meaning)
  select v.version, p.name, p.number, null, p.unit, p.meaning
  from policy.versions v
  cross join (values
    ('rotation.limit.min_months', 24, '月', '轮次中派驻期限至少'),
    ('rotation.limit.max_months', 36, '月', '派驻期限至多，延长在内'),
    ('rotation.clock.review', 6, '月', '派驻后每隔此数考核一次'),
    ('rotation.clock.review_notice', 14, '日', '考核到期前此数天提醒'),
    ('rotation.clock.term_ending', 90, '日', '期满前此数天起可作期满选择')
  ) p (name, number, unit, meaning)
  where not exists (
    select from policy.parameters o where (o.version, o.name) = (v.version, p.name));
end $$;
alter table policy.parameters enable trigger _300_draft_only;

insert into allocation.answer_code values
  ('rotation', 'not_interested', '人才无意向', 'the talent does not want it'),
  ('rotation', 'host_unsuitable', '企业认为不合适', 'the host finds it unsuitable'),
  ('rotation', 'institution_unsuitable', '事业单位认为不合适', 'the institution finds it unsuitable'),
  ('rotation', 'left', '期满离开', 'left at the term''s end'),
  ('rotation', 'ended_early', '提前终止', 'ended early');
-- How a placement ends is told at its own desk.
update allocation.answer_code
set answers = case when code in ('left', 'ended_early') then '{}'::text[] else '{decline}' end
where mechanism = 'rotation';

insert into allocation.reminder_kind values
  ('rotation', 'review_due', '派驻考核将到期', 'a review of a placement falls due'),
  ('rotation', 'term_ending', '派驻临近期满，待人才选择', 'a placement ends, the talent has to choose'),
  ('rotation', 'settled_by_default', '期满未作选择，回所保留的岗位',
    'no choice was made, the talent returns to the post that was kept');

-- ── states, arrows and codes ────────────────────────────────────────────────────────────────────

create table rotation.placement_state (
  state text primary key,
  holds boolean not null,
  meaning text not null,
  meaning_en text not null
);
comment on table rotation.placement_state is '派驻的状态';
comment on column rotation.placement_state.state is '状态';
comment on column rotation.placement_state.holds is '是否占用企业席位并保留编制';
comment on column rotation.placement_state.meaning is '含义';
comment on column rotation.placement_state.meaning_en is '含义（英文）';
revoke insert on rotation.placement_state from yaosu_service;
insert into rotation.placement_state values
  ('offered', true, '拟配置，待答复', 'offered'),
  ('recruited', true, '已招聘，待派驻', 'recruited'),
  ('placed', true, '派驻中', 'placed at the host'),
  ('term_ending', true, '临近期满，待选择', 'the term is ending'),
  ('chosen', true, '已作期满选择', 'has chosen'),
  ('settled', false, '已落定：留企或到事业单位', 'settled'),
  ('left', false, '已离开：期满离开或提前终止', 'left'),
  ('lapsed', false, '未成：谢绝、过期或撤回', 'came to nothing');

create table rotation.placement_arrow (
  from_state text not null references rotation.placement_state,
  to_state text not null references rotation.placement_state,
  primary key (from_state, to_state)
);
comment on table rotation.placement_arrow is '派驻状态之间允许的去向';
comment on column rotation.placement_arrow.from_state is '原状态';
comment on column rotation.placement_arrow.to_state is '新状态';
revoke insert on rotation.placement_arrow from yaosu_service;
insert into rotation.placement_arrow values
  ('offered', 'recruited'), ('offered', 'lapsed'),
  ('recruited', 'placed'), ('recruited', 'left'),
  ('placed', 'term_ending'), ('placed', 'left'),
  ('term_ending', 'chosen'), ('term_ending', 'settled'), ('term_ending', 'left'),
  ('chosen', 'placed'), ('chosen', 'settled'), ('chosen', 'left');

create table rotation.change_code (
  kind text not null check (kind in ('host_change', 'early_end')),
  code text not null check (code ~ '^[a-z_]+$'),
  meaning text not null,
  meaning_en text not null,
  primary key (kind, code)
);
comment on table rotation.change_code is '更换派驻企业、提前终止的缘由代码';
comment on column rotation.change_code.kind is '类别：host_change 更换企业、early_end 提前终止';
comment on column rotation.change_code.code is '代码';
comment on column rotation.change_code.meaning is '含义';
comment on column rotation.change_code.meaning_en is '含义（英文）';
revoke insert on rotation.change_code from yaosu_service;
insert into rotation.change_code values
  ('host_change', 'host_closed', '企业停业或搬迁', 'the host closed or moved away'),
  ('host_change', 'conflict', '利益冲突或劳动争议', 'a conflict with the host'),
  ('host_change', 'post_ended', '岗位取消', 'the host''s post ended'),
  ('early_end', 'resigned', '人才辞职', 'the talent resigned'),
  ('early_end', 'not_shown_up', '未按期报到', 'the talent did not show up'),
  ('early_end', 'dismissed', '考核不合格或违纪解聘', 'dismissed'),
  ('early_end', 'host_closed', '企业停业且无企业接续', 'the host closed and no other took over'),
  ('early_end', 'health', '健康原因', 'for reasons of health'),
  ('early_end', 'mutual', '协商一致解除', 'by mutual agreement');

-- ── placements ──────────────────────────────────────────────────────────────────────────────────

create table rotation.placement (
  placement_id bigint generated always as identity primary key,
  offer_id bigint unique references allocation.offer,
  document_no text check (document_no <> ''),
  jurisdiction text not null references registry.regions (code),
  talent text not null references registry.talents,
  institution_post text not null references registry.institution_posts,
  starts_on date not null,
  ends_on date not null,
  state text not null references rotation.placement_state,
  state_on date not null,
  choice text check (choice in ('stay', 'institution_post', 'extend', 'leave')),
  chosen_on date,
  wishes text[] not null default '{}',
  extended_to date,
  settled_post text references registry.institution_posts,
  vacated_on date,
  end_kind text not null default 'early_end' check (end_kind = 'early_end'),
  end_code text,
  consequence text check (consequence <> ''),
  note text check (note <> ''),
  answered_by text check (answered_by <> ''),
  constraint placement_one_origin check (num_nonnulls(offer_id, document_no) = 1),
  constraint placement_term check (
    ends_on between starts_on + interval '12 months' and starts_on + interval '36 months'),
  constraint placement_extension check (
    extended_to is null
      or (extended_to > ends_on and extended_to <= starts_on + interval '36 months')),
  constraint placement_choice check (
    (state = 'chosen') <= (choice is not null and chosen_on is not null)),
  constraint placement_early_end check ((end_code is null) = (consequence is null)),
  constraint placement_settled_post check (settled_post is null or state = 'settled'),
  constraint placement_vacated check (
    vacated_on is null or (settled_post is not null and vacated_on >= state_on)),
  foreign key (end_kind, end_code) references rotation.change_code
);
create unique index placement_one_a_talent on rotation.placement (talent)
  where state not in ('left', 'lapsed');
create index on rotation.placement (institution_post);
create index on rotation.placement (settled_post);
create index on rotation.placement (jurisdiction, state);
comment on table rotation.placement is '派驻：人才自拟配置至落定的全过程，编制自派驻之日起为其保留';
comment on column rotation.placement.placement_id is '派驻编号';
comment on column rotation.placement.offer_id is '所据拟配置';
comment on column rotation.placement.document_no is '不经轮次直接安排的文号';
comment on column rotation.placement.jurisdiction is '辖区（地级市代码）';
comment on column rotation.placement.talent is '人才编号';
comment on column rotation.placement.institution_post is '保留编制的事业岗位';
comment on column rotation.placement.starts_on is '派驻之日';
comment on column rotation.placement.ends_on is '期满之日（当日不再派驻）';
comment on column rotation.placement.state is '状态';
comment on column rotation.placement.state_on is '进入该状态之日';
comment on column rotation.placement.choice is
  '期满选择：stay 留企、institution_post 到事业单位、extend 延长、leave 离开';
comment on column rotation.placement.chosen_on is '选择之日';
comment on column rotation.placement.wishes is '到事业单位者的岗位志愿，按填报顺序；所保留的岗位总在其末';
comment on column rotation.placement.extended_to is '选择延长后的期满之日，原期满之日生效';
comment on column rotation.placement.settled_post is '落定的事业岗位，留企者为空';
comment on column rotation.placement.vacated_on is '落定后离开该岗位之日';
comment on column rotation.placement.end_kind is '缘由类别，恒为 early_end';
comment on column rotation.placement.end_code is '提前终止的缘由代码';
comment on column rotation.placement.consequence is '提前终止的后果';
comment on column rotation.placement.note is '说明';
comment on column rotation.placement.answered_by is '最近经办';
select audit.watch('rotation.placement', array['placement_id']);
grant update (ends_on, state, state_on, choice, chosen_on, wishes, extended_to, settled_post,
  vacated_on, end_code, consequence, note, answered_by) on rotation.placement to yaosu_service;

create table rotation.posting (
  placement_id bigint not null references rotation.placement,
  posting_no integer not null check (posting_no > 0),
  host_post text not null references registry.host_posts,
  period daterange not null check (not isempty(period) and not upper_inf(period)),
  change_kind text not null default 'host_change' check (change_kind = 'host_change'),
  change_code text,
  primary key (placement_id, posting_no),
  constraint posting_first_needs_no_cause check ((change_code is null) = (posting_no = 1)),
  constraint posting_no_overlap exclude using gist (placement_id with =, period with &&),
  foreign key (change_kind, change_code) references rotation.change_code
);
create index on rotation.posting (host_post);
comment on table rotation.posting is '派驻段：一次派驻在一个企业岗位的期间，更换企业即另起一段';
comment on column rotation.posting.placement_id is '派驻编号';
comment on column rotation.posting.posting_no is '段次，从 1 起';
comment on column rotation.posting.host_post is '企业岗位';
comment on column rotation.posting.period is '期间（含起日，不含止日）';
comment on column rotation.posting.change_kind is '缘由类别，恒为 host_change';
comment on column rotation.posting.change_code is '更换企业的缘由代码，首段为空';
select audit.watch('rotation.posting', array['placement_id', 'posting_no']);
grant update (period) on rotation.posting to yaosu_service;

create table rotation.placement_step (
  placement_id bigint not null references rotation.placement,
  step integer not null check (step > 0),
  state text not null references rotation.placement_state,
  reached_on date not null,
  primary key (placement_id, step)
);
comment on table rotation.placement_step is '派驻经过的每一状态，只增不改';
comment on column rotation.placement_step.placement_id is '派驻编号';
comment on column rotation.placement_step.step is '步次，从 1 起';
comment on column rotation.placement_step.state is '状态';
comment on column rotation.placement_step.reached_on is '进入之日';
revoke insert on rotation.placement_step from yaosu_service;
select audit.watch('rotation.placement_step', array['placement_id', 'step']);
create trigger append_only before update or delete on rotation.placement_step
  for each statement execute function audit.refuse_change();

create table rotation.review (
  placement_id bigint not null references rotation.placement,
  review_no integer not null check (review_no > 0),
  due_on date not null,
  grade text check (grade in ('excellent', 'qualified', 'unqualified')),
  reviewed_on date,
  reviewed_by text check (reviewed_by <> ''),
  note text check (note <> ''),
  primary key (placement_id, review_no),
  check (num_nonnulls(grade, reviewed_on, reviewed_by) in (0, 3))
);
comment on table rotation.review is '派驻期间的考核';
comment on column rotation.review.placement_id is '派驻编号';
comment on column rotation.review.review_no is '第几次';
comment on column rotation.review.due_on is '应考核之日';
comment on column rotation.review.grade is '等次：excellent 优秀、qualified 合格、unqualified 不合格';
comment on column rotation.review.reviewed_on is '考核之日';
comment on column rotation.review.reviewed_by is '考核人';
comment on column rotation.review.note is '说明';
select audit.watch('rotation.review', array['placement_id', 'review_no']);
grant update (grade, reviewed_on, reviewed_by, note) on rotation.review to yaosu_service;

create function rotation.follow_arrow() returns trigger
language plpgsql
as $$
begin
  if new.state <> old.state and not exists (
    select from rotation.placement_arrow a
    where a.from_state = old.state and a.to_state = new.state) then
    raise exception 'placement %: no arrow from % to %', old.placement_id, old.state, new.state
      using errcode = 'check_violation', constraint = 'placement_arrow', schema = 'rotation',
        table = 'placement';
  end if;
  if new.state_on < old.state_on then
    raise exception 'placement %: % on % comes before % on %', old.placement_id, new.state,
      new.state_on, old.state, old.state_on
      using errcode = 'check_violation', constraint = 'placement_dates', schema = 'rotation',
        table = 'placement';
  end if;
  return new;
end $$;
comment on function rotation.follow_arrow() is '派驻状态只沿允许的去向变化，日期不倒退';
create trigger _300_arrow before update on rotation.placement
  for each row execute function rotation.follow_arrow();

create function rotation.note_steps() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into rotation.placement_step (placement_id, step, state, reached_on)
  select n.placement_id, 1 + coalesce((
      select max(s.step) from rotation.placement_step s
      where s.placement_id = n.placement_id), 0), n.state, n.state_on
  from new_rows n
  where n.state is distinct from (
    select s.state from rotation.placement_step s
    where s.placement_id = n.placement_id order by s.step desc limit 1);
  return null;
end $$;
comment on function rotation.note_steps() is '记下经过的每一状态';
create trigger _400_first_step after insert on rotation.placement
  referencing new table as new_rows for each statement execute function rotation.note_steps();
create trigger _400_step after update on rotation.placement
  referencing new table as new_rows for each statement execute function rotation.note_steps();

-- ── headcount by month ahead ────────────────────────────────────────────────────────────────────

create table rotation.headcount_transfer (
  transfer_id bigint generated always as identity primary key,
  from_post text not null references registry.institution_posts,
  to_post text not null references registry.institution_posts,
  amount integer not null check (amount > 0),
  effective_on date not null check (extract(day from effective_on) = 1),
  document_no text not null check (document_no <> ''),
  decided_by text not null check (decided_by <> ''),
  constraint transfer_between_two check (from_post <> to_post),
  constraint transfer_once unique (document_no, from_post, to_post)
);
create index on rotation.headcount_transfer (from_post);
create index on rotation.headcount_transfer (to_post);
comment on table rotation.headcount_transfer is '事业岗位之间的编制划转，复式：一岗减、一岗增，只增不改';
comment on column rotation.headcount_transfer.transfer_id is '划转编号';
comment on column rotation.headcount_transfer.from_post is '划出岗位';
comment on column rotation.headcount_transfer.to_post is '划入岗位';
comment on column rotation.headcount_transfer.amount is '编制数（名）';
comment on column rotation.headcount_transfer.effective_on is '生效月份的首日';
comment on column rotation.headcount_transfer.document_no is '文号';
comment on column rotation.headcount_transfer.decided_by is '决定单位';
select audit.watch('rotation.headcount_transfer', array['transfer_id']);
create trigger append_only before update or delete on rotation.headcount_transfer
  for each statement execute function audit.refuse_change();

create view rotation.headcount_claim as
  select p.placement_id, p.institution_post as post, daterange(p.starts_on, null) as period,
    false as is_occupied, p.state = 'offered' as is_offered, p.offer_id
  from rotation.placement p
  join rotation.placement_state s on s.state = p.state and s.holds
  union all
  select p.placement_id, p.settled_post, daterange(p.state_on, p.vacated_on), true, false, p.offer_id
  from rotation.placement p
  where p.settled_post is not null and p.vacated_on is distinct from p.state_on;
comment on view rotation.headcount_claim is
  '编制的占用：派驻者自派驻之日起无限期保留（最坏情形，人人回来），落定者自落定之日起占用';
comment on column rotation.headcount_claim.placement_id is '派驻编号';
comment on column rotation.headcount_claim.post is '事业岗位';
comment on column rotation.headcount_claim.period is '期间';
comment on column rotation.headcount_claim.is_occupied is '已占用（否则为承诺保留）';
comment on column rotation.headcount_claim.is_offered is '仅为拟配置，尚未答复';
comment on column rotation.headcount_claim.offer_id is '所据拟配置';

create view rotation.seat_claim as
  select g.placement_id, g.host_post, g.period, p.offer_id
  from rotation.posting g
  join rotation.placement p using (placement_id)
  join rotation.placement_state s on s.state = p.state and s.holds;
comment on view rotation.seat_claim is '企业席位的占用';
comment on column rotation.seat_claim.placement_id is '派驻编号';
comment on column rotation.seat_claim.host_post is '企业岗位';
comment on column rotation.seat_claim.period is '期间';
comment on column rotation.seat_claim.offer_id is '所据拟配置';

-- What is granted, occupied and promised in a month: whatever touches the month counts for it.
create function rotation.headcount_in(posts text[], months date[])
returns table (post text, month date, headcount bigint, occupied bigint, promised bigint,
  offered bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select p.post, m.month, coalesce(i.headcount, 0) + t.amount, c.occupied, c.promised, c.offered
  from unnest(posts) as p (post)
  cross join unnest(months) as m (month)
  left join registry.institution_posts i on i.code = p.post
  cross join lateral (
    select coalesce(sum(case when t.to_post = p.post then t.amount else -t.amount end), 0) as amount
    from rotation.headcount_transfer t
    where p.post in (t.from_post, t.to_post) and t.effective_on <= m.month) t
  cross join lateral (
    select count(*) filter (where c.is_occupied) as occupied,
      count(*) filter (where not c.is_occupied) as promised,
      count(*) filter (where c.is_offered) as offered
    from rotation.headcount_claim c
    where c.post = p.post and c.period && daterange(m.month, (m.month + interval '1 month')::date)) c
$$;
comment on function rotation.headcount_in(text[], date[]) is
  '各岗位各月的编制数、占用、承诺（含拟配置）与其中的拟配置';
-- Views run functions as whoever reads them.
grant execute on function rotation.headcount_in(text[], date[]) to yaosu_report;

-- Months in which a post's claims or grants change, from the first on.
create function rotation.headcount_months(posts text[]) returns date[]
language sql stable
as $$
  select coalesce(array_agg(distinct m.month order by m.month), '{}')
  from (
    select date_trunc('month', lower(c.period))::date as month
    from rotation.headcount_claim c where c.post = any (posts)
    union all
    select t.effective_on from rotation.headcount_transfer t
    where t.from_post = any (posts) or t.to_post = any (posts)) m
$$;
comment on function rotation.headcount_months(text[]) is '占用或编制数可能达到新高的各月';

-- Not watched: whoever changes a claim writes its row here, and so two writers meet.
create table rotation.head (
  resource text primary key,
  changes bigint not null
);
comment on table rotation.head is '每个事业岗位、企业岗位一行，使同时改动其占用者先后有序';
comment on column rotation.head.resource is '资源：类别:编号';
comment on column rotation.head.changes is '改动次数';
revoke insert on rotation.head from yaosu_service;

create function rotation.queue_on(kind text, codes text[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  code text;
begin
  -- In one order for everybody, so that two writers cannot wait for each other.
  for code in select distinct c collate "C" from unnest(codes) c order by 1 loop
    insert into rotation.head as h (resource, changes) values (kind || ':' || code, 1)
    on conflict (resource) do update set changes = h.changes + 1;
  end loop;
end $$;
comment on function rotation.queue_on(text, text[]) is '排队：依次锁定各资源的序号行';

create function rotation.keep_headcount(posts text[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  short record;
begin
  perform rotation.queue_on('institution_post', posts);
  select h.* into short
  from rotation.headcount_in(posts, rotation.headcount_months(posts)) h
  where h.occupied + h.promised > h.headcount
  order by h.post collate "C", h.month limit 1;
  if short.post is not null then
    raise exception 'institution post %: % occupied and % promised of % in %', short.post,
      short.occupied, short.promised, short.headcount, to_char(short.month, 'YYYY-MM')
      using errcode = 'check_violation', constraint = 'rotation_headcount', schema = 'rotation',
        table = 'placement', column = 'institution_post',
        detail = jsonb_build_object('post', short.post, 'month', to_char(short.month, 'YYYY-MM'),
          'headcount', short.headcount, 'occupied', short.occupied,
          'promised', short.promised)::text;
  end if;
end $$;
comment on function rotation.keep_headcount(text[]) is
  '任一未来月份，占用与承诺之和不超过编制数，并发时亦然';

create function rotation.keep_seats(hosts text[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  short record;
begin
  perform rotation.queue_on('host_post', hosts);
  select h.number, a.day, h.max_seats, count(*) as taken into short
  from (select distinct c.host_post, lower(c.period) as day from rotation.seat_claim c
    where c.host_post = any (hosts)) a
  join registry.host_posts h on h.number = a.host_post
  join rotation.seat_claim b on b.host_post = a.host_post and b.period @> a.day
  group by h.number, a.day, h.max_seats
  having count(*) > h.max_seats
  order by h.number collate "C", a.day limit 1;
  if short.number is not null then
    raise exception 'host post %: % placed of % seats on %', short.number, short.taken,
      short.max_seats, short.day
      using errcode = 'check_violation', constraint = 'rotation_seat', schema = 'rotation',
        table = 'posting', column = 'host_post',
        detail = jsonb_build_object('host_post', short.number, 'day', short.day,
          'seats', short.max_seats, 'taken', short.taken)::text;
  end if;
end $$;
comment on function rotation.keep_seats(text[]) is '任何一天，企业岗位的派驻人数不超过其最多人数，并发时亦然';

-- Arguments: the function that keeps a capacity, and expressions that give the codes of a row.
create function rotation.check_capacity() returns trigger
language plpgsql
as $$
declare
  codes text[];
begin
  execute format('select array_agg(distinct c) from changed_rows r
    cross join lateral unnest(array[%s]) c where c is not null', tg_argv[1]) into codes;
  if codes is not null then
    execute format('select %s($1)', tg_argv[0]) using codes;
  end if;
  return null;
end $$;
comment on function rotation.check_capacity() is '改动之后核对有关岗位的编制或席位';

do $$
declare
  watched record;
begin
  for watched in select * from (values
    ('rotation.placement', 'insert', 'headcount', 'r.institution_post, r.settled_post'),
    ('rotation.placement', 'update', 'headcount', 'r.institution_post, r.settled_post'),
    ('rotation.headcount_transfer', 'insert', 'headcount', 'r.from_post, r.to_post'),
    ('registry.institution_posts', 'update', 'headcount', 'r.code::text'),
    ('rotation.posting', 'insert', 'seats', 'r.host_post'),
    ('rotation.posting', 'update', 'seats', 'r.host_post'),
    ('registry.host_posts', 'update', 'seats', 'r.number::text')) w (source, event, what, codes)
  loop
    execute format('create trigger _600_%2$s_%3$s after %2$s on %1$s
      referencing new table as changed_rows for each statement
      execute function rotation.check_capacity(%4$L, %5$L)', watched.source, watched.event,
      watched.what, 'rotation.keep_' || watched.what, watched.codes);
  end loop;
end $$;

-- A placement that ends before its term frees the rest of the host's seat, on record.
create function rotation.end_postings() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from new_rows n where n.state in ('settled', 'left')) then
    return null;
  end if;
  update rotation.posting g set period = daterange(lower(g.period), n.state_on)
  from new_rows n
  where n.placement_id = g.placement_id and n.state in ('settled', 'left')
    and g.period @> n.state_on and lower(g.period) < n.state_on;
  return null;
end $$;
comment on function rotation.end_postings() is '派驻结束之日，派驻段随之结束';
-- After the headcount: everybody queues on posts first, then on hosts.
create trigger _650_end_postings after update on rotation.placement
  referencing new table as new_rows for each statement execute function rotation.end_postings();

-- The posting so far ends, and another begins with the rest of its period.
create function rotation.change_host(of_placement bigint, to_host text, code text, on_date date)
returns void
language plpgsql
as $$
declare
  last rotation.posting;
begin
  select g.* into strict last from rotation.posting g
  where g.placement_id = of_placement order by g.posting_no desc limit 1;
  perform rotation.queue_on('host_post', array[last.host_post, to_host]);
  update rotation.posting g set period = daterange(lower(g.period), on_date)
  where (g.placement_id, g.posting_no) = (last.placement_id, last.posting_no);
  insert into rotation.posting (placement_id, posting_no, host_post, period, change_code)
  values (of_placement, last.posting_no + 1, to_host, daterange(on_date, upper(last.period)), code);
end $$;
comment on function rotation.change_host(bigint, text, text, date) is
  '更换企业：当前派驻段至当日止，另起一段至期满';

-- ── placements and offers ───────────────────────────────────────────────────────────────────────

create function rotation.open_placements() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from new_rows n where n.mechanism = 'rotation') then
    return null;
  end if;
  perform rotation.queue_on('institution_post',
    (select array_agg(n.detail ->> 'institution_post') from new_rows n where n.mechanism = 'rotation'));
  with opened as (
    insert into rotation.placement
      (offer_id, jurisdiction, talent, institution_post, starts_on, ends_on, state, state_on)
    select n.offer_id, n.jurisdiction, n.request, n.detail ->> 'institution_post', d.starts_on,
      d.starts_on + make_interval(months => (n.detail ->> 'months')::integer), 'offered',
      r.business_date
    from new_rows n
    join allocation.round r using (round_id)
    cross join lateral (select (n.detail ->> 'starts_on')::date as starts_on) d
    where n.mechanism = 'rotation'
    returning placement_id, offer_id, starts_on, ends_on)
  insert into rotation.posting (placement_id, posting_no, host_post, period)
  select p.placement_id, 1, n.resource, daterange(p.starts_on, p.ends_on)
  from opened p join new_rows n using (offer_id);
  return null;
end $$;
comment on function rotation.open_placements() is '政聘企培的拟配置写入时，即占席位、保留编制';
create trigger _500_open_placements after insert on allocation.offer
  referencing new table as new_rows
  for each statement execute function rotation.open_placements();

create function rotation.follow_offers() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  early bigint;
begin
  if not exists (select from new_rows n where n.mechanism = 'rotation') then
    return null;
  end if;
  select n.offer_id into early
  from new_rows n join rotation.placement p using (offer_id)
  where n.state = 'released' and p.state <> 'left' limit 1;
  if early is not null then
    raise exception 'offer %: the placement has not ended', early
      using errcode = 'check_violation', constraint = 'placement_before_release',
        schema = 'rotation', table = 'placement',
        hint = 'End the placement; its offer is then released.';
  end if;
  update rotation.placement p
  set state = case n.state when 'accepted' then 'recruited' else 'lapsed' end,
    state_on = greatest(p.state_on, coalesce(n.answered_on, n.due_on)),
    answered_by = coalesce(n.answered_by, p.answered_by)
  from new_rows n
  where n.offer_id = p.offer_id and p.state = 'offered'
    and n.state in ('accepted', 'declined', 'expired', 'withdrawn');
  return null;
end $$;
comment on function rotation.follow_offers() is '拟配置答复后，派驻随之招聘或作罢';
create trigger _500_follow_placements after update on allocation.offer
  referencing new table as new_rows
  for each statement execute function rotation.follow_offers();

create function rotation.release_offers() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from new_rows n where n.state = 'left') then
    return null;
  end if;
  update allocation.offer o
  set state = 'released', answered_by = coalesce(n.answered_by, o.answered_by),
    answered_on = n.state_on,
    answer_code = case when n.end_code is null then 'left' else 'ended_early' end
  from new_rows n
  where n.offer_id = o.offer_id and n.state = 'left' and o.state = 'accepted';
  return null;
end $$;
comment on function rotation.release_offers() is '离开者的配置随之释放';
create trigger _700_release_offers after update on rotation.placement
  referencing new table as new_rows for each statement execute function rotation.release_offers();

-- ── what is free for a round ────────────────────────────────────────────────────────────────────

-- An offer past its deadline counts as free: the night that asks also expires it.
create function rotation.lapsed_on(of_offer bigint, on_date date) returns boolean
language sql stable
as $$
  select exists (
    select from allocation.offer o
    where o.offer_id = of_offer and o.state = 'offered' and o.due_on < on_date and o.lapses)
$$;
comment on function rotation.lapsed_on(bigint, date) is '某日已逾期未答复的拟配置';

create function rotation.free_headcount(of_jurisdiction text, on_date date)
returns table (post text, free bigint)
language sql stable
as $$
  select i.code::text, (
    select min(h.headcount - h.occupied - h.promised)
    from rotation.headcount_in(array[i.code::text], array[date_trunc('month', on_date)::date]
      || rotation.headcount_months(array[i.code::text])) h
    where h.month >= date_trunc('month', on_date))
    + (select count(*) from rotation.headcount_claim c
      where c.post = i.code and c.is_offered and rotation.lapsed_on(c.offer_id, on_date))
  from registry.institution_posts i
  where i.jurisdiction = of_jurisdiction
$$;
comment on function rotation.free_headcount(text, date) is
  '各事业岗位自某日起各月中最少的可用编制；逾期未答复的拟配置按已释放计';

create function rotation.held_seats(of_jurisdiction text, on_date date)
returns table (host_post text, held bigint)
language sql stable
as $$
  select h.number::text, coalesce((
    select max(n) from (
      select count(*) as n
      from rotation.seat_claim a
      join rotation.seat_claim b on b.host_post = a.host_post
        and b.period @> greatest(lower(a.period), on_date)
      where a.host_post = h.number and upper(a.period) > on_date
        and not rotation.lapsed_on(a.offer_id, on_date)
        and not rotation.lapsed_on(b.offer_id, on_date)
      group by a.placement_id, a.period) days), 0)
  from registry.host_posts h
  where h.jurisdiction = of_jurisdiction
$$;
comment on function rotation.held_seats(text, date) is
  '各企业岗位自某日起同时派驻的最多人数；逾期未答复的拟配置按已释放计';

-- ── settlements at the term's end ───────────────────────────────────────────────────────────────

create table rotation.settlement (
  settlement_id bigint generated always as identity primary key,
  jurisdiction text not null references registry.regions (code),
  settled_on date not null,
  seed text not null,
  constraint settlement_one_a_day unique (jurisdiction, settled_on)
);
comment on table rotation.settlement is '期满落定轮次：同日期满、选择事业单位者一并落定，结果稳定';
comment on column rotation.settlement.settlement_id is '落定编号';
comment on column rotation.settlement.jurisdiction is '辖区（地级市代码）';
comment on column rotation.settlement.settled_on is '期满之日';
comment on column rotation.settlement.seed is '摇号种子';
select audit.watch('rotation.settlement', array['settlement_id']);

create table rotation.settlement_post (
  settlement_id bigint not null references rotation.settlement,
  institution_post text not null references registry.institution_posts,
  quota integer not null check (quota >= 0),
  primary key (settlement_id, institution_post)
);
comment on table rotation.settlement_post is '落定轮次中各事业岗位的名额：参与者的保留编制加空余编制';
comment on column rotation.settlement_post.settlement_id is '落定编号';
comment on column rotation.settlement_post.institution_post is '事业岗位';
comment on column rotation.settlement_post.quota is '名额';
select audit.watch('rotation.settlement_post', array['settlement_id', 'institution_post']);

create table rotation.settlement_wish (
  settlement_id bigint not null references rotation.settlement,
  placement_id bigint not null references rotation.placement,
  position integer not null check (position > 0),
  institution_post text not null,
  is_own boolean not null,
  review_points integer not null,
  lottery text not null check (lottery ~ '^[0-9a-f]{16}$'),
  got boolean not null,
  primary key (settlement_id, placement_id, position),
  foreign key (settlement_id, institution_post) references rotation.settlement_post
);
comment on table rotation.settlement_wish is '落定轮次中的志愿与结果';
comment on column rotation.settlement_wish.settlement_id is '落定编号';
comment on column rotation.settlement_wish.placement_id is '派驻编号';
comment on column rotation.settlement_wish.position is '第几志愿';
comment on column rotation.settlement_wish.institution_post is '事业岗位';
comment on column rotation.settlement_wish.is_own is '为其保留的岗位：本人优先于他人';
comment on column rotation.settlement_wish.review_points is '考核得分：优秀 2、合格 1、不合格 −1 之和';
comment on column rotation.settlement_wish.lottery is '摇号数：SHA-256(种子 ‖ 人才编号) 的前 8 字节';
comment on column rotation.settlement_wish.got is '是否落定于此';
select audit.watch('rotation.settlement_wish',
  array['settlement_id', 'placement_id', 'position']);
