-- The best packing of a kept row, for certificates of the knapsack form (docs/decisions/0010).
--
-- Items have a score and a size; which of them fill a capacity best? Capacities are big (a parcel's
-- area counts in 0.0001 mu), items of positive reduced score are few: no table over capacities.

set local role yaosu_owner;

-- Prices what is packed at the ratio of the item that breaks: the first that no longer fits when
-- items are taken by falling ratio. The start holds every item above that ratio. A change takes one
-- item out of the start, or puts one in; its loss is what the continuous bound then falls by (times
-- `break_size`). Whatever the order of equal or nearly equal ratios, the bound is true, because it
-- is true for any ratio.
create function allocation.packing_change(scores numeric[], sizes bigint[], capacity bigint)
returns table (
  break_score numeric, break_size bigint, start_score numeric, start_size numeric, score numeric,
  size bigint, loss numeric)
language sql immutable strict parallel safe
as $$
  with ranked as (
    select i.score, i.size, row_number() over by_ratio as place, sum(i.size) over by_ratio as filled
    from unnest(scores, sizes) as i (score, size)
    window by_ratio as (order by i.score / i.size desc, i.size, i.score
      rows between unbounded preceding and current row)),
  broken as (
    select r.score, r.size, r.place from ranked r where r.filled > capacity
    order by r.place limit 1),
  judged as (
    select r.score, r.size, r.score * b.size - b.score * r.size as gain, r.place - b.place as place,
      b.score as break_score, b.size as break_size
    from ranked r, broken b),
  placed as (
    select j.*, j.gain > 0 or (j.gain = 0 and j.place < 0) as is_in from judged j)
  select p.break_score, p.break_size,
    coalesce(sum(p.score) filter (where p.is_in) over (), 0),
    coalesce(sum(p.size) filter (where p.is_in) over (), 0),
    case when p.is_in then -p.score else p.score end,
    case when p.is_in then -p.size else p.size end,
    abs(p.gain)
  from placed p
  order by abs(p.gain), abs(p.place), p.place
$$;
comment on function allocation.packing_change(numeric[], bigint[], bigint) is
  '装填的起点（单位得分最高的各项）与可作的改动：取出或放入一项，按所失排序';

-- The largest total score of items whose total size is within the capacity: exact.
--
-- Changes in order of loss go to two lists in turn. Each holds (size, score) of sets of its changes
-- against the start, without those that another beats in both, and without those whose bound is
-- not above the best found. After each change one pass over both lists finds the best pair that
-- fits. Once the next change alone loses too much, or a list is empty, the best found is proved.
--
-- At most 2^(items / 2) sets a list, and never more than there are different sizes; sizes are
-- divided by their common divisor first. Real reduced scores stop after a few hundred sets.
-- Source: E. Horowitz, S. Sahni, "Computing partitions with applications to the knapsack problem",
-- J. ACM 21 (1974); D. Pisinger, "A minimal algorithm for the 0-1 knapsack problem",
-- Operations Research 45 (1997).
--
-- It runs as its owner, because readers of report.certificate may not look into this schema; it
-- reads nothing but its arguments.
create function allocation.best_packing(scores numeric[], sizes bigint[], capacity bigint)
returns numeric
language plpgsql immutable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  fitting record;
  unit bigint := 0;
  change record;
  slack numeric;
  best numeric;
  found numeric;
  grown_sizes numeric[] := array[0];
  grown_scores numeric[] := array[0];
  other_sizes numeric[] := array[0];
  other_scores numeric[] := array[0];
begin
  select array_agg(i.score) as scores, array_agg(i.size) as sizes,
    coalesce(sum(i.score), 0) as score, coalesce(sum(i.size), 0) as size
  into fitting
  from unnest(scores, sizes) as i (score, size)
  where i.score > 0 and i.size <= capacity;
  if fitting.size <= capacity then return fitting.score; end if;

  for item in 1 .. cardinality(fitting.sizes) loop
    unit := gcd(unit, fitting.sizes[item]);
  end loop;
  for change in
    select c.* from allocation.packing_change(fitting.scores,
      array(select s / unit from unnest(fitting.sizes) as s), capacity / unit) c
  loop
    slack := capacity / unit - change.start_size;
    best := coalesce(best, case when slack < 0 then -change.start_score else 0 end);
    exit when change.break_score * slack - change.loss < (best + 1) * change.break_size;

    select array_agg(g.size), array_agg(g.score) into grown_sizes, grown_scores
    from (
      select g.size, g.score, max(g.score) over (order by g.size, g.score desc
        rows between unbounded preceding and 1 preceding) as beaten_by
      from (
        select g.size, g.score from unnest(grown_sizes, grown_scores) as g (size, score)
        union all
        select g.size + change.size, g.score + change.score
        from unnest(grown_sizes, grown_scores) as g (size, score)) g
      where g.score * change.break_size + (slack - g.size) * change.break_score
        >= (best + 1) * change.break_size) g
    where g.beaten_by is null or g.score > g.beaten_by;
    exit when grown_sizes is null;

    select max(p.score + p.partner) into found
    from (
      select p.score, p.is_grown, max(p.score) filter (where not p.is_grown) over (
        order by p.size, p.is_grown rows between unbounded preceding and current row) as partner
      from (
        select slack - g.size as size, g.score, true as is_grown
        from unnest(grown_sizes, grown_scores) as g (size, score)
        union all
        select o.size, o.score, false from unnest(other_sizes, other_scores) as o (size, score)
      ) p) p
    where p.is_grown;
    best := greatest(best, found);

    select other_sizes, other_scores, grown_sizes, grown_scores
    into grown_sizes, grown_scores, other_sizes, other_scores;
  end loop;
  return best + change.start_score;
end $$;
comment on function allocation.best_packing(numeric[], bigint[], bigint) is
  '最佳装填：所选各项总量不超过容量时的最高总分，精确值';

-- Views run functions as whoever reads them.
grant execute on function allocation.best_packing(numeric[], bigint[], bigint),
  allocation.packing_change(numeric[], bigint[], bigint) to yaosu_report;
