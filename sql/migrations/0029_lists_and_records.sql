-- The list of chains binds whoever designates, returns or serves; conflicts of interest count from the day
-- that they are recorded; each conflict is told of; days on site grow with their month.

set local role yaosu_owner;

-- ── finance: the list of chains ─────────────────────────────────────────────────────────────────

create function finance.listed_until(of_jurisdiction text, of_chain text, from_day date, until date)
returns date
language sql stable
as $$
  select least(until, (
    select min(lower(a.period)) from finance.chain_absence a
    where a.jurisdiction = of_jurisdiction and a.chain = of_chain and lower(a.period) > from_day))
$$;
comment on function finance.listed_until(text, text, date, date) is
  '自某日起在清单上的链，至何日（不含）止仍在清单上，最迟至 until';

-- A pair and an absence are different tables: writers of either meet here. Order of everybody: this lock,
-- offers, lines, matches, chains.
create function finance.queue_on_chain(of_jurisdiction text, of_chain text) returns void
language sql
as $$
  select pg_advisory_xact_lock(
    hashtextextended(format('yaosu chain %s %s', of_jurisdiction, of_chain), 0))
$$;
comment on function finance.queue_on_chain(text, text) is '使更改同一条链的清单与两行者先后有序';

create or replace function finance.lock_chain(of_jurisdiction text, of_chain text) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform finance.queue_on_chain(of_jurisdiction, of_chain);
  perform finance.lock_offers(array(
    select distinct m.offer_id
    from finance.match m
    join finance.match_state s using (state)
    join registry.enterprises e on e.uscc = m.uscc
    where m.jurisdiction = of_jurisdiction and s.offer_state = 'offered'
      and of_chain in (m.chain, e.chain)));
  perform from finance.term_chain c
  where c.jurisdiction = of_jurisdiction and c.chain = of_chain
  order by c.term for update;
end $$;

create function finance.keep_listed() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  absent finance.chain_absence;
begin
  -- A pair may always end earlier.
  if tg_op = 'UPDATE' and new.period <@ old.period then
    return new;
  end if;
  perform finance.queue_on_chain(new.jurisdiction, new.chain);
  select a.* into absent from finance.chain_absence a
  where a.jurisdiction = new.jurisdiction and a.chain = new.chain and a.period && new.period
  order by a.period limit 1;
  if absent.absence_id is not null then
    raise exception 'chain %: two banks for %, but it is off the list for %', new.chain, new.period,
      absent.period
      using errcode = 'check_violation', constraint = 'chain_bank_listed', schema = 'finance',
        table = 'chain_bank';
  end if;
  return new;
end $$;
comment on function finance.keep_listed() is '退出清单的期间，产业链没有两行';
create trigger _310_listed before insert or update of period on finance.chain_bank
  for each row execute function finance.keep_listed();

-- Rounds have served a chain by its two banks, or its enterprises by any, as the list of their day said.
create function finance.keep_list_of_rounds() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  before datemultirange := case tg_op when 'UPDATE' then datemultirange(old.period) else '{}' end;
  last date;
begin
  perform finance.queue_on_chain(new.jurisdiction, new.chain);
  if exists (
    select from finance.chain_bank b
    where b.jurisdiction = new.jurisdiction and b.chain = new.chain and b.period && new.period) then
    raise exception 'chain % has two banks within %', new.chain, new.period
      using errcode = 'check_violation', constraint = 'chain_bank_listed', schema = 'finance',
        table = 'chain_absence';
  end if;
  select max(r.business_date) into last
  from finance.match m
  join allocation.offer o using (offer_id)
  join allocation.round r using (round_id)
  join registry.enterprises e on e.uscc = m.uscc
  where m.jurisdiction = new.jurisdiction
    and ((m.chain = new.chain
        and datemultirange(new.period) - before @> r.business_date)
      or (m.chain is null and e.chain = new.chain
        and before - datemultirange(new.period) @> r.business_date));
  if last is not null then
    raise exception 'chain %: loans were recommended by the list of %', new.chain, last
      using errcode = 'check_violation', constraint = 'chain_absence_counted', schema = 'finance',
        table = 'chain_absence';
  end if;
  return null;
end $$;
comment on function finance.keep_list_of_rounds() is
  '清单不追改：已据某日清单推荐者，该日在否清单不再改变；退出期间没有两行';
create trigger _400_rounds after insert or update of period on finance.chain_absence
  for each row execute function finance.keep_list_of_rounds();

-- Whoever puts a chain back waits until these offers are in, or they see that it is back.
create function finance.keep_list_read() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  stray record;
begin
  if not exists (select from new_rows n where n.mechanism = 'finance') then
    return null;
  end if;
  perform from finance.chain_absence a
  where (a.jurisdiction, a.chain) in (
    select n.jurisdiction, e.chain from new_rows n join registry.enterprises e on e.uscc = n.uscc)
  order by a.absence_id for share;
  select m.request, r.business_date into stray
  from new_rows n
  join finance.match m using (offer_id)
  join allocation.round r on r.round_id = n.round_id
  join registry.enterprises e on e.uscc = n.uscc
  where m.chain is distinct from finance.listed_chain(n.jurisdiction, e.chain, r.business_date)
  limit 1;
  if stray.request is not null then
    raise exception 'request %: the list of chains of % has changed', stray.request,
      stray.business_date
      using errcode = 'check_violation', constraint = 'match_by_chain_bank', schema = 'finance',
        table = 'match';
  end if;
  return null;
end $$;
comment on function finance.keep_list_read() is '推荐写入时，所据清单须仍是当日的清单';
create trigger _510_list_read after insert on allocation.offer
  referencing new table as new_rows for each statement execute function finance.keep_list_read();

-- ── finance: what a change withdraws is of its own chain ────────────────────────────────────────

drop function finance.end_strangers(text, date, text, text);
drop function finance.strangers(text, date);

create function finance.strangers(of_jurisdiction text, on_date date, of_chain text default null)
returns table (offer_id bigint, bank text)
language sql stable
as $$
  select distinct m.offer_id, m.bank
  from finance.match m
  join finance.match_state s using (state)
  join allocation.offer o using (offer_id)
  join allocation.round r using (round_id)
  join registry.enterprises e on e.uscc = m.uscc
  cross join lateral (values
    (m.chain, r.business_date),
    (finance.listed_chain(m.jurisdiction, e.chain, on_date), on_date)) d (chain, day)
  join finance.chain_bank b
    on b.jurisdiction = m.jurisdiction and b.chain = d.chain and b.period @> d.day
  where m.jurisdiction = of_jurisdiction and s.offer_state = 'offered'
    and m.bank not in (b.lead, b.partner) and d.chain = coalesce(of_chain, d.chain)
$$;
comment on function finance.strangers(text, date, text) is
  '银行尚未决定、而该行不是其链（of_chain 为空则各链）推荐当日或现今两行之一的对接';

create function finance.end_strangers(
  of_jurisdiction text, on_date date, by_whom text, cause text, of_chain text default null)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  strange bigint[] := array(
    select distinct s.offer_id from finance.strangers(of_jurisdiction, on_date, of_chain) s);
begin
  perform finance.lock_offers(strange);
  update finance.match m
  set state = 'withdrawn', state_on = greatest(m.state_on, on_date), answered_by = by_whom,
    note = cause
  from finance.strangers(of_jurisdiction, on_date, of_chain) s
  where m.offer_id = any (strange) and (m.offer_id, m.bank) = (s.offer_id, s.bank);
end $$;
comment on function finance.end_strangers(text, date, text, text, text) is
  '撤回不属其链两行的银行尚未决定的推荐，记明缘由；of_chain 为空则各链';

-- ── finance: a silence is told to the finance office ────────────────────────────────────────────

insert into allocation.reminder_kind values
  ('finance', 'answer_overdue', '银行逾期未确认推荐', 'a bank has not acknowledged in time'),
  ('finance', 'decision_overdue', '银行逾期未作出审批决定', 'a bank has not decided in time');

-- ── finance: places and lines of the days that count ────────────────────────────────────────────

create function finance.chains_at_once(of_bank text, in_period daterange) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(max(days.n), 0) from (
    select count(*) as n
    from finance.chain_bank a
    join finance.chain_bank b
      on of_bank in (b.lead, b.partner) and b.period @> lower(a.period * in_period)
    where of_bank in (a.lead, a.partner) and a.period && in_period
    group by a.chain_bank_id) days
$$;
comment on function finance.chains_at_once(text, daterange) is '期间内，银行同一天最多有几条链';
grant execute on function finance.chains_at_once(text, daterange) to yaosu_service;

create or replace function finance.chains_at_once(of_bank text, from_date date) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$ select finance.chains_at_once(of_bank, daterange(from_date, null)) $$;

create or replace function finance.keep_chain_limit() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  one_bank text;
  allowed integer;
  taken bigint;
begin
  if tg_op = 'UPDATE' and (new.lead, new.partner) = (old.lead, old.partner)
    and new.period <@ old.period then
    return null;
  end if;
  -- In one order for everybody, so that two writers cannot wait for each other.
  for one_bank in select b from unnest(array[new.lead, new.partner]) b order by b collate "C" loop
    insert into finance.bank_guard as g (bank, changes) values (one_bank, 1)
    on conflict (bank) do update set changes = g.changes + 1;
    select b.max_chains into allowed from registry.banks b where b.code = one_bank;
    taken := finance.chains_at_once(one_bank, new.period);
    if taken > allowed then
      raise exception 'bank % would have % chains at once; its limit is %', one_bank, taken, allowed
        using errcode = 'check_violation', constraint = 'chain_bank_limit',
          hint = 'Give the chain another bank, or raise the limit in registry.banks first.';
    end if;
  end loop;
  return null;
end $$;

create function finance.free_lines(of_jurisdiction text, in_period daterange, on_date date)
returns table (bank text, free_wan bigint)
language sql stable
as $$
  select l.resource, sum(
    coalesce((
      select b.amount from allocation.balance b where b.lot = l.lot and b.account = 'free'), 0)
    + coalesce((
      select sum(u.amount)
      from allocation.offer_use u join allocation.offer o using (offer_id)
      where u.lot = l.lot and o.state = 'offered' and o.due_on < on_date and o.lapses), 0))::bigint
  from allocation.lot l
  where l.mechanism = 'finance' and l.kind = 'credit_line' and l.jurisdiction = of_jurisdiction
    and l.period && in_period
  group by l.resource
$$;
comment on function finance.free_lines(text, daterange, date) is
  '各银行期间内各期信贷额度尚可用之和（万元）；on_date 之日已逾期的推荐按已释放计';

-- ── finance: the chain at the time, from the history of enterprises ─────────────────────────────

do $$
declare
  was record;
begin
  for was in
    select m.offer_id, finance.listed_chain(m.jurisdiction, h.chain, r.business_date) as chain
    from finance.match m
    join allocation.offer o using (offer_id)
    join allocation.round r using (round_id)
    -- What the round has read: the state that the first change entered after it has replaced.
    cross join lateral (
      select h.old_row ->> 'chain' as chain
      from audit.row_history h join audit.event e on e.event_id = h.superseded_by
      where h.table_name = 'registry.enterprises' and h.row_key = m.uscc
        and e.recorded_at > r.finished_at
      order by e.position limit 1) h
    where m.chain is distinct from finance.listed_chain(m.jurisdiction, h.chain, r.business_date)
  loop
    if audit.open_event_id() is null then
      perform audit.begin('yaosu migrate', '更正推荐时的产业链', 'chains of matches');
    end if;
    update finance.match m set chain = was.chain where m.offer_id = was.offer_id;
  end loop;
end $$;

-- A term's pair that was designated although the chain leaves the list within the term ends on that day.
do $$
declare
  cut record;
begin
  for cut in
    select b.chain_bank_id, daterange(lower(b.period), min(lower(a.period))) as period
    from finance.chain_bank b
    join finance.chain_absence a using (jurisdiction, chain)
    where a.period && b.period and lower(a.period) > lower(b.period)
    group by b.chain_bank_id
    order by b.chain_bank_id
  loop
    if audit.open_event_id() is null then
      perform audit.begin('yaosu migrate', '两行随产业链退出清单而止', 'pairs of absent chains');
    end if;
    update finance.chain_bank b set period = cut.period where b.chain_bank_id = cut.chain_bank_id;
  end loop;
end $$;

-- ── no word reads as if a loan had been granted ─────────────────────────────────────────────────

comment on column allocation.round.assigned is '获配数；贷款为推荐数，贷与不贷由银行决定';
comment on column allocation.round_request.chosen is
  '所选可选项的序号，空为未获配（贷款为未获推荐）';
comment on table allocation.round_unserved is '未获配（贷款为未获推荐）的诉求及其缘由';
comment on column allocation.round_unserved.smallest_change is
  '足以获配（贷款为获推荐）的最小改变';
comment on function access.unserved() is
  '最近一轮中未获配（贷款为未获推荐）的诉求及缘由，限调用者可见者';

-- ── techvp: a conflict counts from the day that it is recorded ──────────────────────────────────

alter table registry.conflicts_of_interest
  add column recorded_on date,
  add column until_recorded_on date;
do $$
begin
  if exists (select from registry.conflicts_of_interest) then
    if audit.open_event_id() is null then
      perform audit.begin('yaosu migrate', '补记利益关联的登记日', 'days of conflicts');
    end if;
    update registry.conflicts_of_interest c
    set recorded_on = least(c.since, (c.known_from at time zone 'Asia/Shanghai')::date),
      until_recorded_on = case when c.until is not null
        then least(c.since, (c.known_from at time zone 'Asia/Shanghai')::date) end;
  end if;
end $$;
alter table registry.conflicts_of_interest
  alter column recorded_on
    set default (transaction_timestamp() at time zone 'Asia/Shanghai')::date,
  alter column recorded_on set not null,
  add constraint conflicts_of_interest_end_recorded
    check (until_recorded_on is null or until is not null);
comment on column registry.conflicts_of_interest.recorded_on is
  '登记日：其后的事以此为据，此前已办的不因之改变';
comment on column registry.conflicts_of_interest.until_recorded_on is
  '截止日的登记日；空则与登记关联同日';

grant select (recorded_on, until_recorded_on) on registry.conflicts_of_interest to yaosu_reader;

create function techvp.conflicts_known(a techvp.appointment, by_day date)
returns setof registry.conflicts_of_interest
language sql stable
as $$
  select c.*
  from registry.conflicts_of_interest c
  where c.uscc = a.uscc
    and (c.expert = a.expert or (c.university = a.university and c.jurisdiction = a.jurisdiction))
    and c.recorded_on <= by_day
    and c.since <= coalesce(a.ends_on, 'infinity')
    and (c.until is null or coalesce(c.until_recorded_on, c.recorded_on) > by_day
      or c.until >= coalesce(a.starts_on, a.state_on) or c.kind = 'founded')
  order by c.id
$$;
comment on function techvp.conflicts_known(techvp.appointment, date) is
  '与一项聘任相抵触、且至该日已登记的利益关联：涉及其聘期者，创办者不因截止而解除';

create or replace function techvp.conflicts_with(a techvp.appointment)
returns setof registry.conflicts_of_interest
language sql stable
as $$ select c.* from techvp.conflicts_known(a, 'infinity') c $$;

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
    -- A term begins by what was known on its first day, whenever a night comes to it.
    select c.* into stain
    from techvp.conflicts_known(
      new, case new.state when 'active' then new.state_on else 'infinity' end) c
    limit 1;
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

create or replace function techvp.catch_up(of_appointment bigint, on_date date) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
  update techvp.appointment a
  set state = 'active', state_on = greatest(a.state_on, a.starts_on)
  where a.appointment_id = of_appointment and a.state = 'agreed' and a.starts_on <= on_date
    and not exists (
      select from techvp.conflicts_known(a, greatest(a.state_on, a.starts_on)))
$$;
comment on function techvp.catch_up(bigint, date) is
  '一项聘任按日期到岗，无论夜间是否已办；到岗之日已登记利益关联者除外';

create or replace function techvp.move_term(of_appointment bigint, on_date date) returns text
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
    select c.* into stain
    from techvp.conflicts_known(a, greatest(a.state_on, a.starts_on)) c limit 1;
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
  '一项聘任按日期到岗、期满；到岗之日已登记利益关联者不到岗而终止，最近考核不合格者期满而不续聘';

-- ── techvp: days on site grow with their month ──────────────────────────────────────────────────

-- A month that runs is logged as often as people like: its figure grows. What goes down, or changes once the
-- month was logged as a whole, is a correction and says why.
create function techvp.guard_correction() returns trigger
language plpgsql
as $$
declare
  is_over boolean := old.logged_on >= (old.month + interval '1 month')::date;
begin
  if new.days < old.days or (new.days <> old.days and is_over) then
    if new.note is null then
      perform techvp.refuse('site_days', 'site_days_correction', format(
        'month %s was logged with %s days on %s by %s; a correction says why in its note',
        to_char(old.month, 'YYYY-MM'), old.days, old.logged_on, old.logged_by));
    end if;
  else
    new.note := coalesce(new.note, old.note);
  end if;
  return new;
end $$;
comment on function techvp.guard_correction() is
  '当月到岗天数随填报增加；减少，或月末之后已填而更改，须说明缘由；未写说明的不抹去原有说明';
create trigger _310_correction before update on techvp.site_days
  for each row execute function techvp.guard_correction();

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
  return new;
end $$;
comment on function techvp.guard_record() is
  '到岗天数与成果只记在聘期之内，天数不超过截至填报之日该月在聘的天数';

-- ── reminders: of several conflicts each is told ────────────────────────────────────────────────

-- What is due on a day is one thing, but for conflicts: several may have begun on one.
alter table allocation.outbox drop constraint outbox_once;
create unique index outbox_once on allocation.outbox (mechanism, subject_kind, subject, kind, due_on,
  department, (case kind when 'conflict' then coalesce(payload ->> 'occasion', '') else '' end));
comment on index allocation.outbox_once is
  '同一事项同一期限对同一单位只提一次；同一聘任的几项利益关联各提一次';
comment on table allocation.outbox is
  '发件箱：夜间提出的提醒，同一事项同一期限只提一次；几项利益关联各提一次';
