-- History by the time of knowing (docs/decisions/0019), and a digest that covers a round's outcome.

set local role yaosu_owner;

-- ── what replaces a row is known later than the row ─────────────────────────────────────────────
--
-- An import as of an earlier day may replace a row that is known from a later one. Nobody knew the new
-- values while the old row stood: they are known from when they are entered. Before, the old row's time
-- shrank to nothing, and what it said could not be read back.

create function audit.superseded_at(old_event bigint, old_known_from timestamptz)
returns timestamptz
language sql stable
as $$
  select case
    -- A state inside one event was never known to anyone.
    when old_event = audit.open_event_id() then old_known_from
    when audit.open_event_at() > old_known_from then audit.open_event_at()
    else greatest(transaction_timestamp(), old_known_from + interval '1 microsecond')
  end
$$;
comment on function audit.superseded_at(bigint, timestamptz) is
  '一行的旧值到何时为止为已知：本事件的生效时间；早于旧值起始者，以录入之时计';
grant execute on function audit.superseded_at(bigint, timestamptz)
  to yaosu_service, yaosu_department, yaosu_sealer;

create or replace function audit.stamp() returns trigger
language plpgsql
as $$
begin
  new.event_id := audit.open_event_id();
  new.known_from := audit.superseded_at(old.event_id, old.known_from);
  return new;
end $$;

-- As before, but for where the time of an old value ends; and the statement's rows are read once, and written
-- down in full in the same pass where they are few.
create or replace function audit.note() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  subject text := format('%I.%I', tg_table_schema, tg_table_name);
  rows_table text := case tg_op when 'DELETE' then 'old_rows' else 'new_rows' end;
  row_key text := tg_argv[0];
  keeps_values boolean := tg_argv[1] = 'history';
  event bigint := audit.open_event_id();
  effective_at timestamptz := (
    select p.effective_at from audit.pending p where p.event_id = event);
  change record;
begin
  execute format(
    $sql$
      select count(*) as rows,
        encode(sha256(string_agg(sha256(convert_to(r::text, 'UTF8')), ''::bytea
          order by %2$s collate "C")), 'hex') as digest,
        count(*) filter (where r.event_id is distinct from $2
          or r.known_from < $1 or (%3$L = 'INSERT' and r.known_from > $1)) as foreign_rows,
        case when $3 and count(*) <= 100 then (
          select jsonb_agg(to_jsonb(r) - 'event_id' order by %2$s collate "C") from %1$s r)
        end as values
      from %1$s r
    $sql$, rows_table, row_key, tg_op) into change using effective_at, event, keeps_values;
  if change.rows = 0 then
    return null;
  end if;
  if effective_at is null then
    raise exception 'audit event % is not open in this transaction', event
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  if tg_op <> 'DELETE' and change.foreign_rows > 0 then
    raise exception '%: event_id and known_from are set by the door, not by the writer', subject
      using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op <> 'INSERT' and keeps_values then
    execute format(
      $sql$
        insert into audit.row_history (table_name, row_key, known, superseded_by, old_row)
        select %1$L, %2$s,
          tstzrange(r.known_from, audit.superseded_at(r.event_id, r.known_from)), $1, to_jsonb(r)
        from old_rows r
      $sql$, subject, row_key) using event;
  end if;
  update audit.pending p
  set changes = p.changes || (
    jsonb_build_object(
      'table', subject, 'operation', lower(tg_op), 'rows', change.rows, 'digest', change.digest)
    || case when change.values is null then '{}' else jsonb_build_object('values', change.values)
    end)
  where p.event_id = event;
  return null;
end $$;

-- ── a third form of a round's digest: with status and algorithm ─────────────────────────────────

alter table allocation.round drop constraint round_content_form;
alter table allocation.round
  add constraint round_content_form check (content_form in (1, 2, 3)),
  alter column content_form set default 3;
comment on column allocation.round.content_form is
  '内容摘要的形式：1 全轮一份规范文本；2 先逐诉求摘要，再合为一份；3 同 2，另含状态与算法';

create or replace function allocation.content_digest(of_round bigint) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select case r.content_form when 1 then allocation.single_text_digest(r.round_id) else (
    with lines as (
      select 0 as part, 0 as a, '' as b,
        allocation.canonical_line('round', r.mechanism, r.jurisdiction, r.business_date::text,
          r.policy_version::text, r.seed, r.input_digest, r.certificate, r.scale::text) as line
      union all
      select 0, 1, '', allocation.canonical_line('outcome', r.status, r.algorithm)
      where r.content_form >= 3
      union all
      select 1, k.row_no, '',
        allocation.canonical_line('row', k.row_no::text, k.row, k.kind, k.resource, k.unit,
          k.lower::text, k.upper::text, k.penalty::text, coalesce(k.price::text, '-'))
      from allocation.round_row k where k.round_id = r.round_id
      union all
      select 2, q.request_no, '',
        allocation.canonical_line('request', q.request_no::text, q.request, q.uscc, q.enterprise,
          q.lottery, coalesce(q.price::text, '-'), coalesce(q.chosen::text, '-'),
          allocation.request_digest(r.round_id, q.request_no))
      from allocation.round_request q where q.round_id = r.round_id
      union all
      select 3, 0, m.matching,
        allocation.canonical_line(variadic array['matching', m.matching] || m.choices::text[])
      from allocation.round_matching m where m.round_id = r.round_id)
    select encode(sha256(convert_to(
      string_agg(line, '' order by part, a, b collate "C"), 'UTF8')), 'hex') from lines) end
  from allocation.round r where r.round_id = of_round
$$;

-- ── a lot that is corrected while a night computes ──────────────────────────────────────────────
--
-- A round reads that a lot is of a county and a kind, computes, and draws on it. A correction of either
-- in between comes before the drawing or waits for it: both queue on the lot's counter, like movements.

create function allocation.hold_lots(lots text[], kinds text[], resources text[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  moved record;
begin
  perform from allocation.lot_head h where h.lot = any (lots) order by h.lot collate "C" for update;
  select w.lot, l.kind, l.resource into moved
  from unnest(lots, kinds, resources) w (lot, kind, resource)
  left join allocation.lot l on l.lot = w.lot
  where (l.kind, l.resource) is distinct from (w.kind, w.resource)
  order by w.lot collate "C" limit 1;
  if moved.lot is not null then
    raise exception 'lot %: is of % % by now', moved.lot, moved.kind, moved.resource
      using errcode = 'check_violation', constraint = 'lot_moved', schema = 'allocation',
        table = 'lot';
  end if;
end $$;
comment on function allocation.hold_lots(text[], text[], text[]) is
  '占用前锁定批次，并核对其类别与所属资源仍如读取之时';
grant execute on function allocation.hold_lots(text[], text[], text[]) to yaosu_service;

-- As before, but for the lock.
create or replace function allocation.follow_grants(wanted allocation.lot_grant[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  used text;
begin
  perform from allocation.lot_head h
  where h.lot in (
    select l.lot from allocation.lot l join unnest(wanted) w using (lot)
    where (l.kind, l.resource) is distinct from (w.kind, w.resource))
  order by h.lot collate "C" for update;
  -- A movement is one of its lot's county and kind: once something was done with a lot, both stay.
  select l.lot into used from allocation.lot l join unnest(wanted) w using (lot)
  where (l.kind, l.resource) is distinct from (w.kind, w.resource) and allocation.is_used(l.lot)
  order by l.lot collate "C" limit 1;
  if used is not null then
    raise exception 'lot %: offers, decisions or transfers have used it; its county and kind stay',
      used using errcode = 'check_violation', constraint = 'lot_in_use', schema = 'allocation',
        table = 'lot';
  end if;
  update allocation.lot l
  set period = w.period, unit = w.unit, department = w.department, kind = w.kind,
    resource = w.resource, jurisdiction = w.jurisdiction
  from unnest(wanted) w
  where w.lot = l.lot
    and (l.period, l.unit, l.department, l.kind, l.resource, l.jurisdiction)
      is distinct from (w.period, w.unit, w.department, w.kind, w.resource, w.jurisdiction);
  insert into allocation.lot
    (lot, mechanism, kind, resource, unit, jurisdiction, department, period)
  select w.lot, w.mechanism, w.kind, w.resource, w.unit, w.jurisdiction, w.department, w.period
  from unnest(wanted) w
  where not exists (select from allocation.lot l where l.lot = w.lot);
  update allocation.lot l
  set document_no = q.document_no, carry_over = coalesce(q.carry_over, false)
  from registry.land_quotas q
  where l.lot = 'quota:' || q.code and l.lot in (select w.lot from unnest(wanted) w)
    and (l.document_no, l.carry_over)
      is distinct from (q.document_no, coalesce(q.carry_over, false));
  insert into allocation.movement
    (from_lot, from_account, to_lot, to_account, amount, cause, document_no)
  select d.lot, case when d.amount > 0 then 'source' else 'free' end,
    d.lot, case when d.amount > 0 then 'free' else 'source' end,
    abs(d.amount), case when d.amount > 0 then 'grant' else 'reduction' end,
    (select l.document_no from allocation.lot l where l.lot = d.lot)
  from (
    select w.lot, w.amount - allocation.granted(w.lot) as amount from unnest(wanted) w) d
  where d.amount <> 0;
end $$;
