create or replace view report.price_of_stability as
  select r.round_id, r.business_date, r.jurisdiction, sums.matching, sums.is_chosen, sums.matched,
    sums.fit, round(sums.request_rank, 4) as request_rank,
    round(sums.resource_rank, 4) as expert_rank,
    max(sums.fit) filter (where sums.matching = 'optimal') over (partition by r.round_id)
      - sums.fit as price
  from allocation.round r
  cross join lateral (
    with graded as (
      select o.request_no, o.option_no, o.score,
        rank() over (partition by o.request_no order by allocation.grade(k.by_request, o.score))
          as request_place,
        rank() over (partition by o.resource order by allocation.grade(k.by_resource, o.score))
          as resource_place
      from allocation.round_option o
      left join allocation.round_rank k using (round_id, request_no, option_no)
      where o.round_id = r.round_id),
    chosen as (
      select array_agg(coalesce(q.chosen, -1) order by q.request_no) as choices
      from allocation.round_request q where q.round_id = r.round_id)
    select m.matching, m.choices = coalesce((select c.choices from chosen c), '{}') as is_chosen,
      count(g.option_no) as matched, coalesce(sum(g.score), 0) as fit,
      avg(g.request_place) as request_rank, avg(g.resource_place) as resource_rank
    from allocation.round_matching m
    left join unnest(m.choices) with ordinality as c (option_no, place) on true
    left join graded g on (g.request_no, g.option_no) = (c.place - 1, c.option_no)
    where m.round_id = r.round_id
    group by m.matching, m.choices) sums;
comment on view report.price_of_stability is
  '稳定的代价：同一轮次按总分、按对企业最优与对专家最优的稳定匹配各得什么';
comment on column report.price_of_stability.round_id is '轮次编号';
comment on column report.price_of_stability.business_date is '业务日';
comment on column report.price_of_stability.jurisdiction is '辖区（地级市代码）';
comment on column report.price_of_stability.matching is
  '规则：optimal 总分最高、request_optimal 对企业最优的稳定匹配、resource_optimal 对专家最优的稳定匹配';
comment on column report.price_of_stability.is_chosen is '是否即本轮所用';
comment on column report.price_of_stability.matched is '获配数';
comment on column report.price_of_stability.fit is '总分';
comment on column report.price_of_stability.request_rank is
  '企业所得在其可选专家中的平均次序（1 最好，所报志愿在前，其余按得分）';
comment on column report.price_of_stability.expert_rank is '专家所得在其可选需求中的平均次序';
comment on column report.price_of_stability.price is '比总分最高者少得的分';
