-- Chains come onto the list and leave it; pairs change, also for days that have passed. Whatever
-- comes first, what a bank still considers was offered to one of the chain's two banks of that day.

set local role yaosu_owner;

-- ── the list of chains ──────────────────────────────────────────────────────────────────────────

-- A chain of the registry is on the list unless a row here says otherwise: an import puts it there,
-- a decision takes it off.
create table finance.chain_absence (
  absence_id bigint generated always as identity primary key,
  jurisdiction text not null,
  chain text not null,
  period daterange not null
    check (not isempty(period) and lower_inc(period) and not lower_inf(period)),
  reason text not null check (reason <> ''),
  document_no text not null check (document_no <> ''),
  constraint chain_absence_no_overlap
    exclude using gist (jurisdiction with =, chain with =, period with &&),
  foreign key (jurisdiction, chain) references registry.chains (jurisdiction, code)
);
comment on table finance.chain_absence is '产业链退出清单的期间：其间该链没有两行，其企业可由任何银行服务';
comment on column finance.chain_absence.absence_id is '编号';
comment on column finance.chain_absence.jurisdiction is '辖区（地级市代码）';
comment on column finance.chain_absence.chain is '产业链编号';
comment on column finance.chain_absence.period is '退出的期间，尚未重新列入则无止日';
comment on column finance.chain_absence.reason is '退出的理由';
comment on column finance.chain_absence.document_no is '文号';
select audit.watch('finance.chain_absence', array['absence_id']);
grant update (period) on finance.chain_absence to yaosu_service;

create function finance.listed_chain(of_jurisdiction text, of_chain text, on_date date)
returns text
language sql stable
as $$
  select case when not exists (
    select from finance.chain_absence a
    where a.jurisdiction = of_jurisdiction and a.chain = of_chain and a.period @> on_date)
    then of_chain end
$$;
comment on function finance.listed_chain(text, text, date) is '该链当日在清单上则为该链，否则为空';

-- A term is designated as a whole at first, and chains that come later on a day of their own.
alter table finance.designation
  add column starts_on date,
  drop constraint designation_one_a_term;
create unique index designation_first_of_term
  on finance.designation (jurisdiction, term) where starts_on is null;
comment on column finance.designation.starts_on is '为任期中新列入清单的链补作计算时，自此日起；任期之初的计算为空';
comment on table finance.designation is
  '一次主办行、合作行的计算：每个辖区每个任期之初一次，其后为新列入清单的链补作';

-- Nobody takes a pair away but with its chain.
create function finance.end_pairs(of_jurisdiction text, of_chain text, from_date date)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from finance.chain_bank b
  where b.jurisdiction = of_jurisdiction and b.chain = of_chain and lower(b.period) >= from_date;
  update finance.chain_bank b set period = daterange(lower(b.period), from_date)
  where b.jurisdiction = of_jurisdiction and b.chain = of_chain and upper(b.period) > from_date;
end $$;
comment on function finance.end_pairs(text, text, date) is '产业链退出清单时，其两行自该日起终止';

-- ── the day that the office has come to ─────────────────────────────────────────────────────────

create function finance.as_of(of_jurisdiction text) returns date
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce((
    select max(r.business_date) from allocation.round r
    where r.mechanism = 'finance' and r.jurisdiction = of_jurisdiction and r.kind = 'nightly'),
    (transaction_timestamp() at time zone 'Asia/Shanghai')::date)
$$;
comment on function finance.as_of(text) is '融资轮次最近的业务日，尚无轮次时为今日';
grant execute on function finance.as_of(text) to yaosu_report;

-- ── a bank's limit of chains, whichever side changes ────────────────────────────────────────────

create function finance.chains_at_once(of_bank text, from_date date) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(max(days.n), 0) from (
    select count(*) as n
    from finance.chain_bank a
    join finance.chain_bank b
      on of_bank in (b.lead, b.partner) and b.period @> greatest(lower(a.period), from_date)
    where of_bank in (a.lead, a.partner) and upper(a.period) > from_date
    group by a.chain_bank_id) days
$$;
comment on function finance.chains_at_once(text, date) is '自该日起，银行同一天最多有几条链';

create function finance.least_chains(of_bank text, from_date date) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select least(finance.chains_at_once(of_bank, from_date),
    (select b.max_chains from registry.banks b where b.code = of_bank))
$$;
comment on function finance.least_chains(text, date) is
  '银行链数上限最低可填多少：自该日起的链数；已低于此者不得再降';

-- Writers of either side write the bank's guard before they count.
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
    taken := finance.chains_at_once(one_bank, lower(new.period));
    if taken > allowed then
      raise exception 'bank % would have % chains at once; its limit is %', one_bank, taken, allowed
        using errcode = 'check_violation', constraint = 'chain_bank_limit',
          hint = 'Give the chain another bank, or raise the limit in registry.banks first.';
    end if;
  end loop;
  return null;
end $$;
comment on function finance.keep_chain_limit() is '任何一天，银行的链数不超过其上限；提交时检查';

create function finance.keep_lowered_limit() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  lowered record;
  taken bigint;
begin
  for lowered in
    select n.code, n.jurisdiction, n.max_chains
    from new_rows n join old_rows o using (code)
    where n.max_chains < o.max_chains order by n.code collate "C" loop
    insert into finance.bank_guard as g (bank, changes) values (lowered.code, 1)
    on conflict (bank) do update set changes = g.changes + 1;
    taken := finance.chains_at_once(lowered.code, finance.as_of(lowered.jurisdiction));
    if taken > lowered.max_chains then
      raise exception 'bank % has % chains; its limit cannot be %', lowered.code, taken,
        lowered.max_chains
        using errcode = 'check_violation', constraint = 'chain_bank_limit',
          hint = 'Give its chains other banks first: yaosu change-banks.';
    end if;
  end loop;
  return null;
end $$;
comment on function finance.keep_lowered_limit() is '主办链数上限不低于该行现有与将有的链数';
create trigger _400_lowered_limit after update on registry.banks
  referencing old table as old_rows new table as new_rows
  for each statement execute function finance.keep_lowered_limit();

-- ── no third bank ───────────────────────────────────────────────────────────────────────────────

alter table finance.match add column chain text;
comment on column finance.match.chain is '推荐时企业所在、在清单上的产业链，没有则为空';
do $$
begin
  if exists (select from finance.match) then
    if audit.open_event_id() is null then
      perform audit.begin('yaosu migrate', '补记推荐时的产业链', 'chains of matches');
    end if;
    -- An enterprise may have come to its chain since: what was served elsewhere was not of it.
    update finance.match m set chain = e.chain
    from registry.enterprises e, allocation.offer o, allocation.round r
    where e.uscc = m.uscc and o.offer_id = m.offer_id and r.round_id = o.round_id
      and exists (
        select from finance.chain_bank b
        where (b.jurisdiction, b.chain) = (m.jurisdiction, e.chain)
          and b.period @> r.business_date and m.bank in (b.lead, b.partner));
  end if;
end $$;

-- Whoever changes a chain's banks, and whoever offers something to them, meets at the chain's row of
-- the term, which itself never changes. Order of everybody: offers, lines, matches, chains.
create or replace function finance.open_matches() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  stranger record;
begin
  if not exists (select from new_rows n where n.mechanism = 'finance') then
    return null;
  end if;
  perform from allocation.lot_head h
  where h.lot in (
    select l.lot
    from new_rows n
    cross join lateral finance.shares(n.resource, n.detail, n.amount) s
    join allocation.lot l on l.kind = 'credit_line' and l.resource = s.bank)
  order by h.lot collate "C" for update;
  perform from finance.term_chain c
  where (c.jurisdiction, c.term, c.chain) in (
    select t.jurisdiction, t.term, e.chain
    from new_rows n
    join allocation.round r using (round_id)
    join registry.enterprises e on e.uscc = n.uscc
    join finance.term t on t.jurisdiction = n.jurisdiction and t.period @> r.business_date)
  order by c.jurisdiction, c.term, c.chain collate "C" for share;
  select n.request, s.bank, l.chain, r.business_date into stranger
  from new_rows n
  cross join lateral finance.shares(n.resource, n.detail, n.amount) s
  join allocation.round r using (round_id)
  join registry.enterprises e on e.uscc = n.uscc
  cross join lateral finance.listed_chain(n.jurisdiction, e.chain, r.business_date) l (chain)
  where n.mechanism = 'finance' and l.chain is not null and not exists (
    select from finance.chain_bank b
    where b.jurisdiction = n.jurisdiction and b.chain = l.chain
      and b.period @> r.business_date and s.bank in (b.lead, b.partner))
  limit 1;
  if stranger.request is not null then
    raise exception 'request %: bank % is not one of the two banks of chain % on %',
      stranger.request, stranger.bank, stranger.chain, stranger.business_date
      using errcode = 'check_violation', constraint = 'match_by_chain_bank',
        schema = 'finance', table = 'match';
  end if;
  insert into finance.match (offer_id, bank, jurisdiction, request, uscc, chain, product,
    amount_wan, state_on, due_on, due_is_provisional, rate_pct, renews, replaces_wan)
  select n.offer_id, s.bank, n.jurisdiction, n.request, n.uscc,
    finance.listed_chain(n.jurisdiction, e.chain, r.business_date), s.product, s.amount_wan,
    r.business_date, n.due_on, n.due_is_provisional, s.rate_pct,
    earlier.offer_id,
    case when earlier.offer_id is null then 0 else least(earlier.approved_wan, s.amount_wan) end
  from new_rows n
  cross join lateral finance.shares(n.resource, n.detail, n.amount) s
  join allocation.round r using (round_id)
  join registry.enterprises e on e.uscc = n.uscc
  join registry.finance_requests q on q.number = n.request
  left join lateral (
    select m.offer_id, m.approved_wan
    from finance.match m
    where q.purpose = 'renewal' and m.uscc = n.uscc and m.bank = s.bank and m.state = 'drawn'
      and not exists (
        select from finance.match o join finance.match_state s using (state)
        where o.renews = m.offer_id and o.bank = m.bank and s.is_exposure)
      -- Of several renewals that night none can be told to be the one.
      and not exists (
        select from new_rows o join registry.finance_requests p on p.number = o.request
        where o.uscc = n.uscc and p.purpose = 'renewal' and o.request <> n.request)
    order by m.state_on, m.offer_id limit 1) earlier on true
  where n.mechanism = 'finance'
  order by s.bank collate "C", n.uscc collate "C", n.offer_id;
  return null;
end $$;

create function finance.strangers(of_jurisdiction text, on_date date)
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
    and m.bank not in (b.lead, b.partner)
$$;
comment on function finance.strangers(text, date) is
  '银行尚未决定、而该行不是其链推荐当日或现今两行之一的对接';

create function finance.lock_offers(offers bigint[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from allocation.offer o where o.offer_id = any (offers) order by o.offer_id for update;
  perform from allocation.lot_head h
  where h.lot in (select u.lot from allocation.offer_use u where u.offer_id = any (offers))
  order by h.lot collate "C" for update;
end $$;
comment on function finance.lock_offers(bigint[]) is '依次锁定拟配置及其额度';

create function finance.lock_chain(of_jurisdiction text, of_chain text) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
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
comment on function finance.lock_chain(text, text) is
  '更改一条链的两行之前：锁定其进行中的对接，并使夜间的新推荐等候';

create function finance.end_strangers(
  of_jurisdiction text, on_date date, by_whom text, cause text)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  strange bigint[] := array(
    select distinct s.offer_id from finance.strangers(of_jurisdiction, on_date) s);
begin
  perform finance.lock_offers(strange);
  update finance.match m
  set state = 'withdrawn', state_on = greatest(m.state_on, on_date), answered_by = by_whom,
    note = cause
  from finance.strangers(of_jurisdiction, on_date) s
  where m.offer_id = any (strange) and (m.offer_id, m.bank) = (s.offer_id, s.bank);
end $$;
comment on function finance.end_strangers(text, date, text, text) is
  '撤回不属其链两行的银行尚未决定的推荐，记明缘由';

-- The last word at commit, whoever has written: on each day of a pair no bank but its two was
-- recommended to, unless nothing came of it.
create function finance.keep_two_banks() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  stranger record;
begin
  if tg_op = 'UPDATE' and (new.lead, new.partner) = (old.lead, old.partner)
    and new.period <@ old.period then
    return null;
  end if;
  perform from finance.term_chain c
  where (c.jurisdiction, c.term, c.chain) = (new.jurisdiction, new.term, new.chain) for update;
  select m.request, m.bank, r.business_date into stranger
  from finance.chain_bank b
  join finance.match m on m.jurisdiction = b.jurisdiction and m.chain = b.chain
  join allocation.offer o using (offer_id)
  join allocation.round r using (round_id)
  where b.chain_bank_id = new.chain_bank_id and b.period @> r.business_date
    and m.bank not in (b.lead, b.partner)
    and m.state not in ('declined', 'expired', 'withdrawn', 'abandoned')
  limit 1;
  if stranger.request is not null then
    raise exception 'chain %: request % was recommended to bank % on %, a third bank', new.chain,
      stranger.request, stranger.bank, stranger.business_date
      using errcode = 'check_violation', constraint = 'chain_bank_third', schema = 'finance',
        table = 'chain_bank',
        hint = 'Begin the change later, or withdraw what the bank has not decided.';
  end if;
  return null;
end $$;
comment on function finance.keep_two_banks() is '一链一时只有两行：提交时检查更改所及期间的对接';
create constraint trigger _910_two_banks after insert or update on finance.chain_bank
  deferrable initially deferred for each row execute function finance.keep_two_banks();

-- ── declines, and what lifts them ───────────────────────────────────────────────────────────────

-- By the order of events and not of days: a pair may be declined, lifted and declined on one day.
create or replace function finance.refused_pairs(of_jurisdiction text)
returns table (request text, bank text)
language sql stable
as $$
  select m.request, m.bank
  from finance.match m
  join finance.match_step s
    on (s.offer_id, s.bank, s.state) = (m.offer_id, m.bank, m.state)
  where m.jurisdiction = of_jurisdiction and m.state in ('declined', 'abandoned')
  group by m.request, m.bank
  having not exists (
    select from allocation.lifted_decline l
    where l.mechanism = 'finance' and l.request = m.request and l.resource = m.bank
      and l.event_id > max(s.event_id))
$$;

create or replace function allocation.declined_pairs(of_mechanism text, of_jurisdiction text)
returns table (request text, resource text)
language sql stable
as $$
  select o.request, o.resource from allocation.offer o
  where o.mechanism = of_mechanism and o.mechanism <> 'finance'
    and o.jurisdiction = of_jurisdiction and o.state = 'declined'
  group by o.request, o.resource
  having not exists (
    select from allocation.lifted_decline l
    where l.mechanism = of_mechanism and l.request = o.request and l.resource = o.resource
      and l.event_id > max(o.event_id))
  union all
  -- Banks answer share by share.
  select p.request, p.bank from finance.refused_pairs(of_jurisdiction) p
  where of_mechanism = 'finance'
$$;
grant update (cause) on allocation.lifted_decline to yaosu_service;

-- ── rates ───────────────────────────────────────────────────────────────────────────────────────

alter table reference.lpr add column source text check (source <> '');
comment on column reference.lpr.source is '依据：录入或更正时所据的公告；随程序装入者为空';
grant insert, update on reference.lpr to yaosu_service;

create function finance.keep_rate_ceiling() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  ceiling numeric := (
    select q.max_rate_pct from registry.finance_requests q where q.number = new.request);
begin
  if new.signed_rate_pct > ceiling then
    raise exception 'match %/%: a rate of % %% is above the % %% that the enterprise accepts',
      new.offer_id, new.bank, new.signed_rate_pct, ceiling
      using errcode = 'check_violation', constraint = 'match_rate_ceiling', schema = 'finance',
        table = 'match';
  end if;
  return new;
end $$;
comment on function finance.keep_rate_ceiling() is '签约利率不高于企业可接受的上限';
create trigger _310_rate_ceiling before update of signed_rate_pct on finance.match
  for each row when (old.signed_rate_pct is null and new.signed_rate_pct is not null)
  execute function finance.keep_rate_ceiling();

grant execute on function finance.listed_chain(text, text, date),
  finance.chains_at_once(text, date), finance.least_chains(text, date), finance.as_of(text)
  to yaosu_service;
