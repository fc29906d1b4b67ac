-- Stability recomputed from what the round stored and from nothing else: scores, filed ranks, uses
-- and bounds. A pair blocks if the request would rather have the resource than what it got, and each
-- row on its way that is full holds someone of a strictly worse grade. (A row holds whatever the rows
-- inside it hold, so its worst is no better than theirs: asking every full row asks the lowest.)
create or replace view report.blocking_pair as
  select r.round_id, blocking.request, blocking.expert
  from allocation.round r
  cross join lateral (
    with graded as (
      select o.request_no, o.option_no, o.resource,
        allocation.grade(k.by_request, o.score) as own,
        allocation.grade(k.by_resource, o.score) as theirs
      from allocation.round_option o
      left join allocation.round_rank k using (round_id, request_no, option_no)
      where o.round_id = r.round_id),
    requests as (
      select q.request_no, q.request, q.chosen, g.own
      from allocation.round_request q
      left join graded g on (g.request_no, g.option_no) = (q.request_no, q.chosen)
      where q.round_id = r.round_id),
    held as (
      select u.row_no, sum(u.amount) as taken, max(g.theirs) as worst
      from requests q
      join graded g on (g.request_no, g.option_no) = (q.request_no, q.chosen)
      join allocation.round_use u
        on (u.round_id, u.request_no, u.option_no) = (r.round_id, g.request_no, g.option_no)
      group by u.row_no)
    select q.request, g.resource as expert
    from requests q
    join graded g using (request_no)
    where (q.chosen is null or g.own < q.own)
      and not exists (
        select from allocation.round_use u
        join allocation.round_row k using (round_id, row_no)
        left join held h on h.row_no = u.row_no
        where (u.round_id, u.request_no, u.option_no) = (r.round_id, g.request_no, g.option_no)
          and coalesce(h.taken, 0) + u.amount > k.upper
          and (h.worst is null or h.worst <= g.theirs))) blocking
  where exists (select from allocation.round_matching m where m.round_id = r.round_id);
comment on view report.blocking_pair is
  '双向志愿的轮次中宁愿彼此配对的一对：稳定的轮次没有；按总分配对的轮次列出其不稳定之处';
comment on column report.blocking_pair.round_id is '轮次编号';
comment on column report.blocking_pair.request is '需求编号';
comment on column report.blocking_pair.expert is '专家编号';
