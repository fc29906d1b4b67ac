-- Acts: one prefecture's do not stand in another's way, and an override is approved on the rows that
-- were seen when it was asked for. Consultations: what is decided in one moves its version.

set local role yaosu_owner;

-- ── one that waits, in each prefecture ──────────────────────────────────────────────────────────

-- Chains have the same codes everywhere. A policy's act has no prefecture: one that waits is enough.
drop index allocation.act_open_once;
create unique index act_open_once on allocation.act (kind, jurisdiction, subject)
  nulls not distinct where state = 'asked';

-- ── an override holds for the rows that it names as they were ───────────────────────────────────

-- A round's digest covers what it stored, a policy's its parameters. An override only names rows: who
-- approves it means what stood in them. Rows stay locked to the end of the transaction. An import that writes
-- to their tables is waited for first, before either has a row that the other wants; whoever changes a
-- chain's banks queues on the chain.
create function allocation.act_pinned(
  of_kind text, of_jurisdiction text, of_content jsonb) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  versions jsonb;
begin
  if of_kind = 'allocate_land' then
    lock table registry.parcels, registry.land_quotas, registry.land_requests
      in row exclusive mode;
    perform from registry.parcels p where p.code = of_content ->> 'parcel' for share;
    perform from registry.land_requests r where r.number = of_content ->> 'request' for share;
    versions := jsonb_build_object(
      'parcel', (
        select p.event_id::text from registry.parcels p where p.code = of_content ->> 'parcel'),
      'request', (
        select r.event_id::text from registry.land_requests r
        where r.number = of_content ->> 'request'));
  elsif of_kind = 'change_banks' then
    lock table registry.chains, registry.banks in row exclusive mode;
    perform finance.queue_on_chain(of_jurisdiction, of_content ->> 'chain');
    perform from registry.chains c
    where c.jurisdiction = of_jurisdiction and c.code = of_content ->> 'chain' for share;
    perform from registry.banks b
    where b.code in (of_content ->> 'lead', of_content ->> 'partner') order by b.code for share;
    versions := jsonb_build_object(
      'chain', (
        select c.event_id::text from registry.chains c
        where c.jurisdiction = of_jurisdiction and c.code = of_content ->> 'chain'),
      'lead', (select b.event_id::text from registry.banks b where b.code = of_content ->> 'lead'),
      'partner', (
        select b.event_id::text from registry.banks b where b.code = of_content ->> 'partner'),
      'pair', (
        select p.event_id::text from finance.chain_bank p
        where p.jurisdiction = of_jurisdiction and p.chain = of_content ->> 'chain'
          and p.period @> (of_content ->> 'from')::date));
  else
    return of_content;
  end if;
  return of_content || jsonb_build_object('versions', versions);
end $$;
comment on function allocation.act_pinned(text, text, jsonb) is
  '人工调整的内容，附所涉各行现在的版本（写入各行的审计事件编号），并锁定各行至事务结束；其他类别内容不变';

create or replace function allocation.follow_act() returns trigger
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
  -- Also of one that was asked for before versions were kept: nobody knows what its asker saw.
  if new.state in ('asked', 'approved') and new.content is distinct from
      allocation.act_pinned(new.kind, new.jurisdiction, new.content) then
    raise exception 'act on % %: a row that it names is not as it was', new.kind, new.subject
      using errcode = 'check_violation', constraint = 'act_versions', schema = 'allocation',
        table = 'act', hint = 'Take it back and ask for it anew.';
  end if;
  return new;
end $$;
comment on function allocation.follow_act() is
  '提请人与审批人由本事务的调用者得出；内容须与摘要相符，所涉各行须如提请时；已办结者不再变更';
comment on column allocation.act.content is
  '拟办的内容；人工调整另附 versions：提请时所涉各行的版本（审计事件编号）';
comment on column allocation.act.content_digest is
  '内容摘要：轮次为其所存各行的摘要，政策为其参数与施行日期，其余为拟办内容（含所涉各行的版本）';

-- ── a consultation's version ────────────────────────────────────────────────────────────────────

-- A step is taken on a consultation as it was seen: what was decided in it, and its agenda, belong to
-- that. Both are written with the session locked.
create function land.move_session() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update land.session s set minutes = s.minutes
  where (s.jurisdiction, s.session_on) in (
      select c.jurisdiction, c.session_on from changed_rows c)
    and s.event_id is distinct from audit.open_event_id();
  return null;
end $$;
comment on function land.move_session() is '决定与议程的变更使所属会商成为新的版本';
create trigger _800_move_session after insert on land.decision
  referencing new table as changed_rows for each statement execute function land.move_session();
create trigger _800_move_session_insert after insert on land.agenda_item
  referencing new table as changed_rows for each statement execute function land.move_session();
create trigger _800_move_session_delete after delete on land.agenda_item
  referencing old table as changed_rows for each statement execute function land.move_session();
