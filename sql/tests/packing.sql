-- The best packing of a kept row, against trying every subset.
begin;
select plan(9);

create function pg_temp.every_subset(scores numeric[], sizes bigint[], capacity bigint)
returns numeric language sql as $$
  with recursive subset as (
    select 0 as items, 0::numeric as score, 0::numeric as size
    union all
    select s.items + 1, s.score + taken * scores[s.items + 1], s.size + taken * sizes[s.items + 1]
    from subset s, (values (0), (1)) t (taken) where s.items < cardinality(scores))
  select max(score) from subset where size <= capacity
$$;

create function pg_temp.drawn(items integer, largest bigint, rounds integer)
returns table (scores numeric[], sizes bigint[], capacity bigint) language sql as $$
  select array(select floor(random() * (largest + 1)) - 1 + 0 * r
      from generate_series(1, items)),
    array(select 1 + floor(random() * largest)::bigint + 0 * r from generate_series(1, items)),
    floor(random() * largest * items * 0.6)::bigint
  from generate_series(1, rounds) r
$$;

select setseed(0.5);
select is_empty(
  format($$
    select * from pg_temp.drawn(%s, %s, 100) d
    where allocation.best_packing(d.scores, d.sizes, d.capacity)
      is distinct from pg_temp.every_subset(d.scores, d.sizes, d.capacity) $$, items, largest),
  format('%s items with figures up to %s: as good as every subset tried', items, largest))
from (values (4, 3), (9, 12), (10, 1000), (8, 1099511627776)) v (items, largest);

select is(allocation.best_packing('{}', '{}', 10), 0::numeric, 'nothing to pack');
select is(allocation.best_packing('{-5,0}', '{1,1}', 10), 0::numeric, 'nothing worth packing');
select is(allocation.best_packing('{5,7}', '{1,2}', 0), 0::numeric, 'no room');
select is(allocation.best_packing('{5,7}', '{1,11}', 10), 5::numeric, 'what never fits stays out');

-- A row with many items, alike and not, is no trap: a table over such capacities would be.
set local statement_timeout = '20s';
select is(
  allocation.best_packing(array_fill(7::numeric, array[400]), array_fill(40001::bigint, array[400]),
    2830000),
  70 * 7::numeric, 'four hundred items alike');

select * from finish();
rollback;
