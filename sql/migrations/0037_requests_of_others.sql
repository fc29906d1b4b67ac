-- What a department reads of a round names no request that it may not read, and a request stays its
-- enterprise's while it holds something.

set local role yaosu_owner;

-- Numbers stand between blanks or marks in what a round says of its requests.
create function access.without_others(words text, of_round bigint) returns text
language plpgsql stable strict security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  apart constant text := '[\s()（），。；,;:：]';
  other text;
begin
  for other in
    select q.request from allocation.round_request q
    where q.round_id = of_round
      and q.request in (select p from regexp_split_to_table(words, apart || '+') p)
      and not (access.kind() = 'county' and exists (
        select from registry.enterprises e
        where e.uscc = q.uscc and e.region = substr(access.department(), 8)))
  loop
    words := regexp_replace(
      words, '(^|' || apart || ')' || regexp_replace(other, '([^[:alnum:]])', '\\\1', 'g')
        || '(?=$|' || apart || ')', '\1***', 'g');
  end loop;
  return words;
end $$;
comment on function access.without_others(text, bigint) is
  '隐去文字中不属调用县市区企业的诉求编号';

create or replace function access.unserved() returns table (
  mechanism text, request text, round_id bigint, business_date date, reason text, "row" text,
  smallest_change jsonb, explanation_zh text, explanation_en text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.mechanism::text, q.request, r.round_id, r.business_date, u.reason, k.row,
    u.smallest_change::jsonb, t.explanation_zh, t.explanation_en
  from (
    select distinct on (r.mechanism, r.jurisdiction) r.* from allocation.round r
    where r.kind = 'nightly'
      and (access.jurisdiction() is null or r.jurisdiction = access.jurisdiction())
    order by r.mechanism, r.jurisdiction, r.business_date desc) r
  join allocation.round_unserved u using (round_id)
  join allocation.round_request q using (round_id, request_no)
  left join allocation.round_row k on k.round_id = u.round_id and k.row_no = u.row_no
  cross join lateral (
    select u.explanation_zh, u.explanation_en
    where r.mechanism::text = any ((select access.mechanisms())::text[])
    union all
    select access.without_others(u.explanation_zh, u.round_id),
      access.without_others(u.explanation_en, u.round_id)
    where r.mechanism::text <> all ((select access.mechanisms())::text[])) t
  where (select access.duty()) in ('reader', 'clerk', 'owner', 'approver')
    and (r.mechanism::text = any ((select access.mechanisms())::text[])
      or q.uscc in (select access.own_enterprises()))
$$;

-- ── a request under an offer ────────────────────────────────────────────────────────────────────

-- Argument: the mechanism.
create function allocation.keep_offered_enterprise() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from allocation.offer o
    where o.mechanism = tg_argv[0]::allocation.mechanism and o.request = old.number
      and o.state in ('offered', 'accepted'))
  then
    raise exception 'request % has an offer that is open or accepted: its enterprise stays', old.number
      using errcode = '55000', hint = 'have the offer declined, withdrawn or released first',
        constraint = 'offered_enterprise';
  end if;
  return new;
end $$;
comment on function allocation.keep_offered_enterprise() is '有未了结拟配置的诉求，其企业不得更改';

do $$
declare
  source record;
begin
  for source in select * from (values
    ('land_requests', 'land'), ('finance_requests', 'finance'), ('expert_requests', 'techvp'))
    s (name, mechanism)
  loop
    execute format('create trigger _300_offered before update of uscc on registry.%I
      for each row when (new.uscc is distinct from old.uscc)
      execute function allocation.keep_offered_enterprise(%L)', source.name, source.mechanism);
  end loop;
end $$;
