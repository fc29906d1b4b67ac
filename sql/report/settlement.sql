create or replace view report.settlement as
select w.settlement_id, s.settled_on, w.placement_id, p.talent, w.position, w.institution_post,
    w.is_own, w.review_points, w.lottery, w.got, q.quota, s.seed, s.jurisdiction
  from rotation.settlement_wish w
  join rotation.settlement s using (settlement_id)
  join rotation.settlement_post q using (settlement_id, institution_post)
  join rotation.placement p using (placement_id);
comment on view report.settlement is '期满落定轮次：志愿、次序与结果';
comment on column report.settlement.settlement_id is '落定编号';
comment on column report.settlement.settled_on is '期满之日';
comment on column report.settlement.placement_id is '派驻编号';
comment on column report.settlement.talent is '人才编号';
comment on column report.settlement.position is '第几志愿';
comment on column report.settlement.institution_post is '事业岗位';
comment on column report.settlement.is_own is '为其保留的岗位：本人优先于他人';
comment on column report.settlement.review_points is '考核得分：优秀 2、合格 1、不合格 −1 之和';
comment on column report.settlement.lottery is '摇号数';
comment on column report.settlement.got is '是否落定于此';
comment on column report.settlement.quota is '该岗位名额';
comment on column report.settlement.seed is '摇号种子';
comment on column report.settlement.jurisdiction is '辖区（地级市代码）';
create or replace view report.settlement_violation as
select w.settlement_id, w.placement_id, w.institution_post
  from rotation.settlement_wish w
  join rotation.settlement_wish g on g.settlement_id = w.settlement_id
    and g.placement_id = w.placement_id and g.got and w.position < g.position
  join rotation.settlement_post q
    on (q.settlement_id, q.institution_post) = (w.settlement_id, w.institution_post)
  where (select count(*) from rotation.settlement_wish o
      where o.settlement_id = w.settlement_id and o.institution_post = w.institution_post
        and o.got) < q.quota
    or exists (select from rotation.settlement_wish o
      where o.settlement_id = w.settlement_id and o.institution_post = w.institution_post
        and o.got and (not o.is_own, -o.review_points, o.position, o.lottery)
          > (not w.is_own, -w.review_points, w.position, w.lottery));
comment on view report.settlement_violation is '落定轮次中的不稳定之处：有人更愿去某岗位，而该岗位有空额或落定了次序在后者；正常时无行';
comment on column report.settlement_violation.settlement_id is '落定编号';
comment on column report.settlement_violation.placement_id is '派驻编号';
comment on column report.settlement_violation.institution_post is '事业岗位';
