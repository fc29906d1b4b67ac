-- What a client owes a bank counts from the first offer on. A match that renews nothing was taken for one that
-- takes the place of its whole amount: least() passes over null.

set local role yaosu_owner;

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
  -- Whoever changes a pair waits until these offers are in.
  perform from finance.chain_bank b
  where b.chain_bank_id in (
    select b.chain_bank_id
    from new_rows n
    join allocation.round r using (round_id)
    join registry.enterprises e on e.uscc = n.uscc
    join finance.chain_bank b
      on b.jurisdiction = n.jurisdiction and b.chain = e.chain and b.period @> r.business_date)
  order by b.chain_bank_id for share;
  select n.request, s.bank, e.chain, r.business_date into stranger
  from new_rows n
  cross join lateral finance.shares(n.resource, n.detail, n.amount) s
  join allocation.round r using (round_id)
  join registry.enterprises e on e.uscc = n.uscc
  where n.mechanism = 'finance' and e.chain is not null and not exists (
    select from finance.chain_bank b
    where b.jurisdiction = n.jurisdiction and b.chain = e.chain
      and b.period @> r.business_date and s.bank in (b.lead, b.partner))
  limit 1;
  if stranger.request is not null then
    raise exception 'request %: bank % is not one of the two banks of chain % on %',
      stranger.request, stranger.bank, stranger.chain, stranger.business_date
      using errcode = 'check_violation', constraint = 'match_by_chain_bank',
        schema = 'finance', table = 'match';
  end if;
  insert into finance.match (offer_id, bank, jurisdiction, request, uscc, product, amount_wan,
    state_on, due_on, due_is_provisional, rate_pct, renews, replaces_wan)
  select n.offer_id, s.bank, n.jurisdiction, n.request, n.uscc, s.product, s.amount_wan,
    r.business_date, n.due_on, n.due_is_provisional, s.rate_pct,
    earlier.offer_id,
    case when earlier.offer_id is null then 0 else least(earlier.approved_wan, s.amount_wan) end
  from new_rows n
  cross join lateral finance.shares(n.resource, n.detail, n.amount) s
  join allocation.round r using (round_id)
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

-- What ends frees its part; a row proposed for insertion must not be negative, whatever it meets.
create or replace function finance.keep_client_limit() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  added bigint := finance.exposure(new)
    - case tg_op when 'UPDATE' then finance.exposure(old) else 0 end;
  total bigint;
  allowed bigint;
begin
  if added < 0 then
    update finance.client_exposure e set amount_wan = e.amount_wan + added
    where e.bank = new.bank and e.uscc = new.uscc;
  end if;
  if added <= 0 then
    return null;
  end if;
  insert into finance.client_exposure as e (bank, uscc, amount_wan)
  values (new.bank, new.uscc, added)
  on conflict (bank, uscc) do update set amount_wan = e.amount_wan + added
  returning e.amount_wan into total;
  select b.client_limit_wan into allowed from registry.banks b where b.code = new.bank;
  if total > allowed then
    raise exception 'client % would owe bank % % (10,000 yuan); its limit is %', new.uscc, new.bank,
      total, allowed
      using errcode = 'check_violation', constraint = 'client_limit', schema = 'finance',
        table = 'client_exposure';
  end if;
  return null;
end $$;
comment on function finance.keep_client_limit() is '推荐中与存续的贷款合计不超过单户限额，并发时亦然';

-- Of several loans a renewal takes the place of one: the first that is drawn and has no renewal under way.
create or replace function finance.exposure_on(of_jurisdiction text, on_date date)
returns table (bank text, uscc text, amount_wan bigint, drawn_wan bigint)
language sql stable
as $$
  select m.bank, m.uscc, sum(finance.exposure(m))::bigint,
    coalesce((array_agg(m.approved_wan order by m.state_on, m.offer_id)
      filter (where m.state = 'drawn' and not exists (
        select from finance.match n join finance.match_state t using (state)
        where n.renews = m.offer_id and n.bank = m.bank and t.is_exposure)))[1], 0)
  from finance.match m
  join finance.match_state s using (state)
  join allocation.offer o using (offer_id)
  where m.jurisdiction = of_jurisdiction and s.is_exposure
    and not (o.state = 'offered' and o.lapses and o.due_on < on_date)
  group by m.bank, m.uscc
$$;
comment on function finance.exposure_on(text, date) is
  '某日各企业在各银行推荐中与存续的贷款，及其中可由一笔续贷接续的已放款额（万元）';

-- What is stored is put right. A client above its limit stays so until loans end; no further one is offered.
do $$
begin
  if exists (select from finance.match where renews is null and replaces_wan > 0) then
    perform audit.begin('yaosu migrate', '更正单户限额的计算', 'correct client exposure');
    alter table finance.match disable trigger _300_client_limit;
    update finance.match set replaces_wan = 0 where renews is null and replaces_wan > 0;
    alter table finance.match enable trigger _300_client_limit;
    insert into finance.client_exposure as e (bank, uscc, amount_wan)
    select m.bank, m.uscc, sum(finance.exposure(m)) from finance.match m group by m.bank, m.uscc
    on conflict (bank, uscc) do update set amount_wan = excluded.amount_wan;
  end if;
end $$;
alter table finance.match
  add constraint match_replaces_a_loan check (renews is not null or replaces_wan = 0);
