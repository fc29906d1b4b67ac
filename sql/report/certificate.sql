-- The certificate of a round, recomputed from what the round stored and from nothing else
-- (design §4): integer prices λ over the scale S certify, for any λ,
--
--   bound = ⌊(Σ_request max(0, max_option (S·score − Σ λ·use)) + Σ_row (λ ≥ 0 ? λ·upper : λ·lower)) / S⌋
--
-- Scores and uses are integers, so is the best objective, and the floor loses nothing.
-- All arithmetic is numeric: exact, and never out of range.

create or replace view report.certificate as
  select r.round_id, r.objective, sums.objective as recomputed_objective, r.bound,
    floor((sums.profits + sums.capacities) / r.scale) as recomputed_bound,
    r.bound - r.objective as gap,
    round((r.bound - r.objective) / greatest(1, abs(r.objective))::numeric, 9) as relative_gap
  from allocation.round r
  cross join lateral (
    with priced as (
      select o.request_no, o.option_no, o.score,
        o.score * r.scale::numeric - coalesce(sum(k.price::numeric * u.amount), 0) as profit
      from allocation.round_option o
      left join allocation.round_use u using (round_id, request_no, option_no)
      left join allocation.round_row k using (round_id, row_no)
      where o.round_id = r.round_id
      group by o.request_no, o.option_no, o.score),
    best as (
      select greatest(0, max(profit)) as profit from priced group by request_no),
    chosen as (
      select coalesce(sum(p.score), 0) as score
      from allocation.round_request q
      join priced p on (p.request_no, p.option_no) = (q.request_no, q.chosen)
      where q.round_id = r.round_id),
    rows as (
      select
        coalesce(sum(k.price::numeric * case when k.price >= 0 then k.upper else k.lower end), 0)
          as capacity,
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
    select chosen.score - rows.shortfall as objective,
      coalesce((select sum(profit) from best), 0) as profits, rows.capacity as capacities
    from chosen, rows) sums
  where r.certificate = 'price';
comment on view report.certificate is '最优性证明：只用所存各行，以 SQL 重算总分与上界';
comment on column report.certificate.round_id is '轮次编号';
comment on column report.certificate.objective is '所存总分';
comment on column report.certificate.recomputed_objective is '重算总分';
comment on column report.certificate.bound is '所存上界';
comment on column report.certificate.recomputed_bound is '重算上界';
comment on column report.certificate.gap is '差距：上界减总分';
comment on column report.certificate.relative_gap is '相对差距：差距 ÷ max(1, |总分|)';
