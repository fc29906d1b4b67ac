-- The certificate of a round, recomputed from what the round stored and from nothing else
-- (design §4). Integer prices λ (a row) and u (a request) over the scale S certify, for any λ and u,
--
--   price     bound = ⌊(Σ_request max(0, max_option c) + Σ_row (λ ≥ 0 ? λ·upper : λ·lower)) / S⌋
--             with the reduced score c = S·score − Σ λ·use
--   knapsack  bound = ⌊(Σ_request u + Σ_priced row (λ ≥ 0 ? λ·upper : λ·lower)
--               + Σ_kept row best packing of c + Σ_option using no kept row max(0, c)) / S⌋
--             with c = S·score − u − Σ_priced row λ·use; a row without a price is kept
--
-- Scores and uses are integers, so is the best objective, and the floor loses nothing.
-- All arithmetic is numeric: exact, and never out of range.

create or replace view report.certificate as
  select r.round_id, r.objective, sums.objective as recomputed_objective, r.bound,
    floor(sums.bound / r.scale) as recomputed_bound,
    r.bound - r.objective as gap,
    round((r.bound - r.objective) / greatest(1, abs(r.objective))::numeric, 9) as relative_gap
  from allocation.round r
  cross join lateral (
    with judged as (
      select o.request_no, o.option_no, o.score,
        o.score * r.scale::numeric - coalesce(sum(k.price::numeric * u.amount), 0)
          - case r.certificate when 'knapsack' then coalesce(q.price, 0) else 0 end as reduced,
        -- Of two kept rows neither packs the option: the bound stays true, and the violation is told.
        case when r.certificate = 'knapsack'
            and count(*) filter (where k.row_no is not null and k.price is null) = 1
          then min(k.row_no) filter (where k.price is null) end as kept_row,
        min(u.amount) filter (where k.row_no is not null and k.price is null) as kept_amount
      from allocation.round_option o
      left join allocation.round_request q using (round_id, request_no)
      left join allocation.round_use u using (round_id, request_no, option_no)
      -- One look-up a use, whatever the planner thinks: a round just stored has no statistics yet.
      left join lateral (
        select k.row_no, k.price from allocation.round_row k
        where (k.round_id, k.row_no) = (u.round_id, u.row_no) limit 1) k on true
      where o.round_id = r.round_id
      group by o.request_no, o.option_no, o.score, q.price),
    options as (
      select coalesce(sum(best.reduced), 0) as bound
      from (
        select max(j.reduced) as reduced from judged j
        where r.certificate = 'price' group by j.request_no
        union all
        select j.reduced from judged j
        where r.certificate = 'knapsack' and j.kept_row is null) best
      where best.reduced > 0),
    packings as (
      select coalesce(sum(allocation.best_packing(packed.scores, packed.amounts, k.upper)), 0)
        as bound
      from (
        select j.kept_row, array_agg(j.reduced) as scores, array_agg(j.kept_amount) as amounts
        from judged j where j.kept_row is not null and j.reduced > 0
        group by j.kept_row) packed
      join allocation.round_row k on (k.round_id, k.row_no) = (r.round_id, packed.kept_row)),
    requests as (
      select coalesce(sum(j.score), 0) as score,
        coalesce(sum(q.price) filter (where r.certificate = 'knapsack'), 0) as bound
      from allocation.round_request q
      left join judged j on (j.request_no, j.option_no) = (q.request_no, q.chosen)
      where q.round_id = r.round_id),
    rows as (
      select
        coalesce(sum(k.price::numeric * case when k.price >= 0 then k.upper else k.lower end), 0)
          as bound,
        coalesce(sum(k.penalty::numeric * greatest(0, k.lower - coalesce(taken.amount, 0))), 0)
          as shortfall
      from allocation.round_row k
      left join (
        select u.row_no, sum(u.amount) as amount
        from allocation.round_request q
        join allocation.round_use u
          on (u.round_id, u.request_no, u.option_no) = (q.round_id, q.request_no, q.chosen)
        where q.round_id = r.round_id
        group by u.row_no) taken using (row_no)
      where k.round_id = r.round_id)
    select requests.score - rows.shortfall as objective,
      options.bound + packings.bound + requests.bound + rows.bound as bound
    from options, packings, requests, rows) sums;
comment on view report.certificate is '最优性证明：只用所存各行，以 SQL 重算总分与上界';
comment on column report.certificate.round_id is '轮次编号';
comment on column report.certificate.objective is '所存总分';
comment on column report.certificate.recomputed_objective is '重算总分';
comment on column report.certificate.bound is '所存上界';
comment on column report.certificate.recomputed_bound is '重算上界';
comment on column report.certificate.gap is '差距：上界减总分';
comment on column report.certificate.relative_gap is '相对差距：差距 ÷ max(1, |总分|)';
