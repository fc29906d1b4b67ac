-- Sealed ranks are read by two functions and by nobody else. A setting that any session can make told
-- who may look; now a role does, which nobody can take on and which only owns these functions.

set local role none;

do $$
begin
  if not exists (select from pg_roles where rolname = 'yaosu_sealer') then
    begin
      create role yaosu_sealer nologin;
      grant yaosu_owner to yaosu_sealer;
    exception when duplicate_object or unique_violation then
      null;  -- a migrator of another database was faster
    end;
  end if;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    grant yaosu_sealer to current_user;
  end if;
end $$;
comment on role yaosu_sealer is '要素保障：拥有封存志愿的两个函数，不授予任何人';

set local role yaosu_owner;

drop policy sealing on registry.expert_rankings;
create policy sealing on registry.expert_rankings to yaosu_sealer using (true) with check (true);

create or replace function registry.seal_changed_lists() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
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
  return null;
end $$;

create or replace function registry.merge_rankings(filed jsonb)
returns table (inserted bigint, updated bigint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
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
  return next;
end $$;

set local role none;
alter function registry.seal_changed_lists() owner to yaosu_sealer;
alter function registry.merge_rankings(jsonb) owner to yaosu_sealer;
