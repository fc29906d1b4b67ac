-- Nights of appointments and placements that no single row stops, and what of their lives stood
-- unguarded: reviews, records and ends outside the term, claims that ended before their day.

set local role yaosu_owner;

insert into allocation.reminder_kind values
  ('techvp', 'conflict', '聘任涉及利益关联', 'a conflict of interest touches an appointment'),
  ('techvp', 'ended_for_conflict', '因利益关联未能到岗，聘任终止',
    'ended for a conflict of interest, before its term began'),
  ('techvp', 'not_moved', '到期应变动而被拒，待处理', 'what a date brings about was refused'),
  ('rotation', 'not_moved', '到期应变动而被拒，待处理', 'what a date brings about was refused');

-- ── techvp: what stands against an appointment ──────────────────────────────────────────────────

create function techvp.conflicts_with(a techvp.appointment)
returns setof registry.conflicts_of_interest
language sql stable
as $$
  select c.*
  from registry.conflicts_of_interest c
  where c.uscc = a.uscc
    and (c.expert = a.expert or (c.university = a.university and c.jurisdiction = a.jurisdiction))
    and c.since <= coalesce(a.ends_on, 'infinity')
    and (c.until is null or c.until >= coalesce(a.starts_on, a.state_on) or c.kind = 'founded')
  order by c.id
$$;
comment on function techvp.conflicts_with(techvp.appointment) is
  '与一项聘任相抵触的利益关联：涉及其聘期者，创办者不因截止而解除';

create function techvp.last_grade(of_appointment bigint) returns text
language sql stable
as $$
  select v.grade from techvp.review v
  where v.appointment_id = of_appointment and v.grade is not null
  order by v.year_no desc limit 1
$$;
comment on function techvp.last_grade(bigint) is '一项聘任最近一年的考核等次，未考核为空';

-- The deadline of an agreement is that of the policy under which it was offered: all three have read
-- it. A policy that comes into force later moves nobody's deadline, and tells nobody a second time.
create view techvp.agreement_deadline as
  select a.appointment_id, a.state_on + p.number::integer as due_on
  from techvp.appointment a
  join allocation.offer o using (offer_id)
  join allocation.round r using (round_id)
  join policy.parameters p
    on p.version = r.policy_version and p.name = 'techvp.clock.agreement'
  where a.state = 'consented';
comment on view techvp.agreement_deadline is
  '待签三方协议的期限：按拟配置所据政策版本，其后的政策不改';
comment on column techvp.agreement_deadline.appointment_id is '聘任编号';
comment on column techvp.agreement_deadline.due_on is '期限';

create function techvp.guard_opening() returns trigger
language plpgsql
as $$
begin
  if new.state <> 'offered'
    or num_nonnulls(new.agreement_no, new.end_code, new.renewal_request) > 0 then
    perform techvp.refuse('appointment', 'appointment_opening', format(
      'an appointment begins as offered, not as %s', new.state));
  end if;
  return new;
end $$;
comment on function techvp.guard_opening() is '聘任一律自拟聘开始';
create trigger _300_opening before insert on techvp.appointment
  for each row execute function techvp.guard_opening();

create or replace function techvp.follow_arrow() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  stain registry.conflicts_of_interest;
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
    select c.* into stain from techvp.conflicts_with(new) c limit 1;
    if stain.id is not null then
      perform techvp.refuse('appointment', 'appointment_conflict', format(
        'appointment %s: conflict of interest (%s since %s: %s)', old.appointment_id, stain.kind,
        stain.since, stain.evidence));
    end if;
  end if;
  if new.state = 'renewed' and techvp.last_grade(old.appointment_id) = 'failed' then
    perform techvp.refuse('appointment', 'appointment_failed_review', format(
      'appointment %s: the latest review was failed, it is not renewed', old.appointment_id));
  end if;
  return new;
end $$;
comment on function techvp.follow_arrow() is
  '聘任状态只沿允许的去向变化，日期不倒流；有利益关联者不得签约、到岗，最近考核不合格者不得续聘';

create or replace function techvp.guard_record() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  a techvp.appointment;
  served daterange;
  available integer;
begin
  select * into strict a from techvp.appointment p
  where p.appointment_id = new.appointment_id for share;
  if a.state not in ('active', 'completed', 'renewed', 'ended') or a.term is null then
    perform techvp.refuse(tg_table_name, tg_table_name || '_of_term', format(
      'appointment %s is %s and has no term to record for', a.appointment_id, a.state));
  end if;
  if tg_table_name = 'outcome' then
    if not a.term @> new.reached_on then
      perform techvp.refuse(tg_table_name, 'outcome_in_term', format(
        '%s is outside the term %s of appointment %s', new.reached_on, a.term, a.appointment_id));
    end if;
    return new;
  end if;
  served := a.term * daterange(new.month, (new.month + interval '1 month')::date);
  if isempty(served) then
    perform techvp.refuse(tg_table_name, 'site_days_in_term', format(
      'month %s is outside the term %s of appointment %s', new.month, a.term, a.appointment_id));
  end if;
  if new.month > new.logged_on then
    perform techvp.refuse(tg_table_name, 'site_days_ahead', format(
      'month %s has not begun on %s', new.month, new.logged_on));
  end if;
  served := served * daterange(null, new.logged_on, '[]');
  available := coalesce(upper(served) - lower(served), 0);
  if new.days > available then
    perform techvp.refuse(tg_table_name, 'site_days_of_month', format(
      'month %s has %s days of the term of appointment %s by %s, not %s',
      to_char(new.month, 'YYYY-MM'), available, a.appointment_id, new.logged_on, new.days));
  end if;
  if tg_op = 'UPDATE' then
    if new.days <> old.days and new.note is null then
      perform techvp.refuse(tg_table_name, 'site_days_correction', format(
        'month %s was logged with %s days on %s by %s; a correction says why in its note',
        to_char(old.month, 'YYYY-MM'), old.days, old.logged_on, old.logged_by));
    end if;
  end if;
  return new;
end $$;
comment on function techvp.guard_record() is
  '到岗天数与成果只记在聘期之内，天数不超过截至填报之日该月在聘的天数，更正须说明缘由';

-- ── techvp: what dates move, row by row ─────────────────────────────────────────────────────────

create function techvp.catch_up(of_appointment bigint, on_date date) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
  update techvp.appointment a
  set state = 'active', state_on = greatest(a.state_on, a.starts_on)
  where a.appointment_id = of_appointment and a.state = 'agreed' and a.starts_on <= on_date
    and not exists (select from techvp.conflicts_with(a))
$$;
comment on function techvp.catch_up(bigint, date) is
  '一项聘任按日期到岗，无论夜间是否已办；有利益关联者除外';

create function techvp.move_term(of_appointment bigint, on_date date) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  a techvp.appointment;
  stain registry.conflicts_of_interest;
begin
  perform techvp.catch_up(of_appointment, on_date);
  select * into strict a from techvp.appointment p where p.appointment_id = of_appointment;
  if a.state = 'agreed' and a.starts_on <= on_date then
    select c.* into stain from techvp.conflicts_with(a) c limit 1;
    -- The day before the term is its last: there was none, and the request is open again. Whoever reads
    -- the note need not be one who may read the evidence.
    update techvp.appointment p
    set state = 'ended', state_on = greatest(p.state_on, p.starts_on - 1),
      end_code = 'conflict_found', answered_by = 'office',
      note = concat_ws('；', p.note, format('%s %s（利益关联 %s）', stain.kind, stain.since, stain.id))
    where p.appointment_id = of_appointment;
    return 'ended_for_conflict';
  end if;
  if a.state = 'active' and a.ends_on < on_date then
    update techvp.appointment p
    set state = case when p.renewal_request is not null
        and techvp.last_grade(of_appointment) is distinct from 'failed'
        then 'renewed' else 'completed' end,
      state_on = p.ends_on
    where p.appointment_id = of_appointment;
  end if;
  return null;
end $$;
comment on function techvp.move_term(bigint, date) is
  '一项聘任按日期到岗、期满；有利益关联者不到岗而终止，最近考核不合格者期满而不续聘';

drop function techvp.move_terms(text, date);
create function techvp.move_terms(of_jurisdiction text, on_date date)
returns table (appointment bigint, what text, due date, cause text, detail text)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  ids bigint[] := array(
    select a.appointment_id from techvp.appointment a
    where a.jurisdiction = of_jurisdiction
      and ((a.state = 'agreed' and a.starts_on <= on_date)
        or (a.state = 'active' and a.ends_on < on_date))
    order by a.appointment_id);
begin
  perform from allocation.offer o
  where o.offer_id in (
    select a.offer_id from techvp.appointment a where a.appointment_id = any (ids))
  order by o.offer_id for no key update;
  perform from techvp.appointment a where a.appointment_id = any (ids)
  order by a.appointment_id for update;
  foreach appointment in array ids loop
    select case a.state when 'agreed' then a.starts_on else a.ends_on end into due
    from techvp.appointment a where a.appointment_id = appointment;
    begin
      what := techvp.move_term(appointment, on_date);
      cause := null;
      detail := null;
    exception when integrity_constraint_violation then
      get stacked diagnostics cause = constraint_name, detail = message_text;
      what := 'not_moved';
    end;
    if what is not null then
      return next;
    end if;
  end loop;
end $$;
comment on function techvp.move_terms(text, date) is
  '夜间按日期到岗、期满，逐项办理；因利益关联终止者与被拒而未动者各返回一行，其余照常';

-- ── rotation: claims last to the day that ends them ─────────────────────────────────────────────

create or replace view rotation.headcount_claim as
  select p.placement_id, p.institution_post as post,
    daterange(p.starts_on, case when not s.holds then greatest(p.starts_on, p.state_on) end)
      as period,
    false as is_occupied, p.state = 'offered' as is_offered, p.offer_id
  from rotation.placement p
  join rotation.placement_state s on s.state = p.state
  where p.state <> 'lapsed'
  union all
  select p.placement_id, p.settled_post, daterange(p.state_on, p.vacated_on), true, false, p.offer_id
  from rotation.placement p
  where p.settled_post is not null and p.vacated_on is distinct from p.state_on;
comment on view rotation.headcount_claim is
  '编制的占用：派驻者自派驻之日起保留，至落定或离开之日止，未至者无限期（最坏情形，人人回来）；落定者自落定之日起占用';

create or replace view rotation.seat_claim as
  select g.placement_id, g.host_post,
    case when s.holds then g.period else g.period * daterange(null, p.state_on) end as period,
    p.offer_id
  from rotation.posting g
  join rotation.placement p using (placement_id)
  join rotation.placement_state s on s.state = p.state
  where p.state <> 'lapsed';
comment on view rotation.seat_claim is '企业席位的占用，至落定或离开之日止';

-- The ledger looks ahead: what was, before the last night's day, stands in the claims and breaks
-- nothing any more.
create function rotation.ledger_from(jurisdictions text[]) returns date
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select case when bool_and(r.latest is not null) then min(r.latest) end
  from (
    select (
      select max(r.business_date) from allocation.round r
      where r.mechanism = 'rotation' and r.kind = 'nightly' and r.jurisdiction = j) as latest
    from unnest(jurisdictions) j) r
$$;
comment on function rotation.ledger_from(text[]) is
  '台账自此日起计：各辖区最近一夜政聘企培轮次的业务日中最早者；尚无轮次者为空，全部计入';

create function rotation.headcount_on(posts text[], days date[], lapsing date default null)
returns table (post text, day date, headcount bigint, occupied bigint, promised bigint,
  offered bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select p.post, d.day, coalesce(i.headcount, 0) + t.amount, c.occupied, c.promised, c.offered
  from unnest(posts) as p (post)
  cross join unnest(days) as d (day)
  left join registry.institution_posts i on i.code = p.post
  cross join lateral (
    select coalesce(sum(case when t.to_post = p.post then t.amount else -t.amount end), 0) as amount
    from rotation.headcount_transfer t
    where p.post in (t.from_post, t.to_post) and t.effective_on <= d.day) t
  cross join lateral (
    select count(*) filter (where c.is_occupied) as occupied,
      count(*) filter (where not c.is_occupied) as promised,
      count(*) filter (where c.is_offered) as offered
    from rotation.headcount_claim c
    where c.post = p.post and c.period @> d.day
      and not (lapsing is not null and c.is_offered
        and rotation.lapsed_on(c.offer_id, lapsing))) c
$$;
comment on function rotation.headcount_on(text[], date[], date) is
  '各岗位各日的编制数、占用、承诺（含拟配置）与其中的拟配置；lapsing 之日已逾期的拟配置不计';

create function rotation.headcount_days(posts text[], from_day date) returns date[]
language sql stable
as $$
  select coalesce(array_agg(distinct d.day order by d.day), '{}')
  from (
    select lower(c.period) as day from rotation.headcount_claim c where c.post = any (posts)
    union all
    select t.effective_on from rotation.headcount_transfer t
    where t.from_post = any (posts) or t.to_post = any (posts)
    union all
    select from_day) d
  where d.day >= coalesce(from_day, d.day)
$$;
comment on function rotation.headcount_days(text[], date) is
  '某日起占用可能达到新高、编制数可能减少的各日，含该日；该日为空则自始';

-- A month counts as on its worst day: the latest of those with the most claims.
create or replace function rotation.headcount_in(posts text[], months date[])
returns table (post text, month date, headcount bigint, occupied bigint, promised bigint,
  offered bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select distinct on (h.post, m.month) h.post, m.month, h.headcount, h.occupied, h.promised,
    h.offered
  from rotation.headcount_on(posts, array(
    select m from unnest(months) m
    union
    select lower(c.period) from rotation.headcount_claim c
    where c.post = any (posts)
      and lower(c.period) >= (select min(m) from unnest(months) m)
      and lower(c.period) < (select max(m) + interval '1 month' from unnest(months) m))) h
  join unnest(months) as m (month)
    on h.day >= m.month and h.day < m.month + interval '1 month'
  order by h.post, m.month, h.occupied + h.promised desc, h.day desc
$$;
comment on function rotation.headcount_in(text[], date[]) is
  '各岗位各月的编制数、占用、承诺（含拟配置）与其中的拟配置，按该月最坏的一日';

create or replace function rotation.keep_headcount(posts text[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  short record;
begin
  perform rotation.queue_on('institution_post', posts);
  select h.* into short
  from rotation.headcount_on(posts, rotation.headcount_days(posts, rotation.ledger_from(array(
    select distinct i.jurisdiction::text from registry.institution_posts i
    where i.code = any (posts))))) h
  where h.occupied + h.promised > h.headcount
  order by h.post collate "C", h.day limit 1;
  if short.post is not null then
    raise exception 'institution post %: % occupied and % promised of % in %', short.post,
      short.occupied, short.promised, short.headcount, to_char(short.day, 'YYYY-MM')
      using errcode = 'check_violation', constraint = 'rotation_headcount', schema = 'rotation',
        table = 'placement', column = 'institution_post',
        detail = jsonb_build_object('post', short.post, 'month', to_char(short.day, 'YYYY-MM'),
          'headcount', short.headcount, 'occupied', short.occupied,
          'promised', short.promised)::text;
  end if;
end $$;
comment on function rotation.keep_headcount(text[]) is
  '自最近一夜起任何一日，占用与承诺之和不超过编制数，并发时亦然';
drop function rotation.headcount_months(text[]);

create or replace function rotation.keep_seats(hosts text[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  from_day date;
  short record;
begin
  perform rotation.queue_on('host_post', hosts);
  from_day := rotation.ledger_from(array(
    select distinct h.jurisdiction::text from registry.host_posts h where h.number = any (hosts)));
  select h.number, a.day, h.max_seats, count(*) as taken into short
  from (
    select distinct c.host_post, greatest(lower(c.period), from_day) as day
    from rotation.seat_claim c
    where c.host_post = any (hosts) and upper(c.period) > coalesce(from_day, lower(c.period))) a
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
comment on function rotation.keep_seats(text[]) is
  '自最近一夜起任何一日，企业岗位的派驻人数不超过其最多人数，并发时亦然';

create or replace function rotation.free_headcount(of_jurisdiction text, on_date date)
returns table (post text, free bigint)
language sql stable
as $$
  select i.code::text, (
    select min(h.headcount - h.occupied - h.promised)
    from rotation.headcount_on(array[i.code::text],
      rotation.headcount_days(array[i.code::text], on_date), on_date) h)
  from registry.institution_posts i
  where i.jurisdiction = of_jurisdiction
$$;
comment on function rotation.free_headcount(text, date) is
  '各事业岗位自某日起各日中最少的可用编制；逾期未答复的拟配置按已释放计';

-- ── rotation: guards ────────────────────────────────────────────────────────────────────────────

create function rotation.refuse(what text, cause text, detail text) returns void
language plpgsql
as $$
begin
  raise exception '%', detail
    using errcode = 'check_violation', constraint = cause, schema = 'rotation', table = what;
end $$;
comment on function rotation.refuse(text, text, text) is '以名为 cause 的约束拒绝';

create function rotation.guard_opening() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.state <> (case when new.offer_id is null then 'recruited' else 'offered' end)
    or new.wishes <> '{}' or num_nonnulls(new.choice, new.chosen_on, new.extended_to,
      new.settled_post, new.vacated_on, new.end_code) > 0 then
    perform rotation.refuse('placement', 'placement_opening', format(
      'a placement begins as offered, or by a document as recruited, not as %s', new.state));
  end if;
  if new.ends_on <= new.state_on then
    perform rotation.refuse('placement', 'placement_past_term', format(
      'the term to %s is over on %s', new.ends_on, new.state_on));
  end if;
  if exists (
    select from rotation.placement p
    where p.talent = new.talent and p.state = 'left' and p.starts_on < p.state_on
      and p.state_on > new.starts_on) then
    perform rotation.refuse('placement', 'placement_one_a_talent', format(
      'talent %s is placed elsewhere beyond %s', new.talent, new.starts_on));
  end if;
  return new;
end $$;
comment on function rotation.guard_opening() is
  '派驻一律自拟配置（凭文件者自招聘）开始，期限不得全在过去，不与此前的派驻重叠';
create trigger _300_opening before insert on rotation.placement
  for each row execute function rotation.guard_opening();

create function rotation.guard_posting() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  p rotation.placement;
  term daterange;
  before record;
begin
  select * into strict p from rotation.placement q where q.placement_id = new.placement_id;
  term := daterange(p.starts_on, greatest(p.ends_on, p.extended_to));
  if not new.period <@ term then
    perform rotation.refuse('posting', 'posting_in_term', format(
      '%s is outside the term %s of placement %s', new.period, term, p.placement_id));
  end if;
  if tg_op = 'UPDATE' then
    return new;
  end if;
  if p.state in ('settled', 'left', 'lapsed') then
    perform rotation.refuse('posting', 'posting_of_live', format(
      'placement %s is %s', p.placement_id, p.state));
  end if;
  if new.posting_no = 1 then
    return new;
  end if;
  select g.host_post, a.uscc = b.uscc as is_same_enterprise into before
  from rotation.posting g
  join registry.host_posts a on a.number = g.host_post
  join registry.host_posts b on b.number = new.host_post
  where g.placement_id = new.placement_id and g.posting_no < new.posting_no
  order by g.posting_no desc limit 1;
  if before.host_post = new.host_post
    or (before.is_same_enterprise and new.change_code <> 'post_ended') then
    perform rotation.refuse('posting', 'posting_other_host', format(
      'host post %s is no other host than %s', new.host_post, before.host_post));
  end if;
  return new;
end $$;
comment on function rotation.guard_posting() is
  '派驻段在派驻期限之内；更换企业须换到另一企业，岗位取消者可换到同一企业的另一岗位';
create trigger _300_guard before insert or update on rotation.posting
  for each row execute function rotation.guard_posting();

create function rotation.guard_review() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  p rotation.placement;
  begun date;
begin
  select * into strict p from rotation.placement q
  where q.placement_id = new.placement_id for share;
  if tg_op = 'UPDATE' then
    if old.grade is not null then
      perform rotation.refuse('review', 'review_once', format(
        'review %s of placement %s was held on %s', old.review_no, p.placement_id,
        old.reviewed_on));
    end if;
  end if;
  if p.state not in ('placed', 'term_ending', 'chosen') then
    perform rotation.refuse('review', 'review_of_placed', format(
      'placement %s is %s; only one that runs is reviewed', p.placement_id, p.state));
  end if;
  select min(s.reached_on) into begun from rotation.placement_step s
  where s.placement_id = p.placement_id and s.state = 'placed';
  if not daterange(p.starts_on, p.ends_on) @> new.due_on
    or not daterange(begun, p.ends_on) @> coalesce(new.reviewed_on, begun) then
    perform rotation.refuse('review', 'review_in_term', format(
      '%s is outside the term of placement %s, which began on %s and ends on %s',
      coalesce(new.reviewed_on, new.due_on), p.placement_id, begun, p.ends_on));
  end if;
  return new;
end $$;
comment on function rotation.guard_review() is '只在派驻期间考核，每次一回，日期在已到岗之后、期满之前';
create trigger _300_guard before insert or update on rotation.review
  for each row execute function rotation.guard_review();

-- What was refused on its day, and is settled in a later night, is a round of its own.
alter table rotation.settlement drop constraint settlement_one_a_day;
create index on rotation.settlement (jurisdiction, settled_on);
comment on table rotation.settlement is
  '期满落定轮次：同日期满、选择事业单位者一并落定，结果稳定；当日被拒、日后方成者另为一轮';
comment on column rotation.placement.wishes is
  '到事业单位者的岗位志愿，按填报顺序；所保留的岗位未填者在其末';
