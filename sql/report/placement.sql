create or replace view report.placement as
select p.placement_id, p.offer_id, p.document_no, p.talent,
    registry.mask_name(t.name::text) as talent_name, t.degree::text as degree,
    g.host_post::text as host_post, e.uscc::text as uscc, e.name::text as host,
    e.region as host_county, e.chain::text as chain, p.institution_post,
    i.institution::text as institution, p.state, s.meaning as state_meaning, p.state_on,
    p.starts_on, p.ends_on, p.choice, p.chosen_on, p.extended_to, p.settled_post,
    q.institution::text as settled_institution, p.vacated_on, v.reviews, v.excellent,
    v.unqualified, v.review_due_on, g.posting_no - 1 as host_changes, p.end_code, p.consequence,
    p.note, p.answered_by, p.jurisdiction
  from rotation.placement p
  join rotation.placement_state s using (state)
  join registry.talents t on t.code = p.talent
  join registry.institution_posts i on i.code = p.institution_post
  left join registry.institution_posts q on q.code = p.settled_post
  join lateral (
    select g.host_post, g.posting_no from rotation.posting g
    where g.placement_id = p.placement_id order by g.posting_no desc limit 1) g on true
  join registry.host_posts h on h.number = g.host_post
  join registry.enterprises e on e.uscc = h.uscc
  cross join lateral (
    select count(r.grade) as reviews, count(*) filter (where r.grade = 'excellent') as excellent,
      count(*) filter (where r.grade = 'unqualified') as unqualified,
      min(r.due_on) filter (where r.grade is null) as review_due_on
    from rotation.review r where r.placement_id = p.placement_id) v;
comment on view report.placement is '派驻：人才在哪家企业、为其保留哪个岗位、到了哪一步；姓名已脱敏';
comment on column report.placement.placement_id is '派驻编号';
comment on column report.placement.offer_id is '所据拟配置';
comment on column report.placement.document_no is '不经轮次直接安排的文号';
comment on column report.placement.talent is '人才编号';
comment on column report.placement.talent_name is '姓名（脱敏）';
comment on column report.placement.degree is '学位';
comment on column report.placement.host_post is '现企业岗位';
comment on column report.placement.uscc is '现企业统一社会信用代码';
comment on column report.placement.host is '现企业名称';
comment on column report.placement.host_county is '现企业所在县市区';
comment on column report.placement.chain is '现企业所属产业链';
comment on column report.placement.institution_post is '保留编制的事业岗位';
comment on column report.placement.institution is '其事业单位';
comment on column report.placement.state is
  '状态：offered 拟配置、recruited 已招聘、placed 派驻中、term_ending 临近期满、chosen 已选择、settled 已落定、left 已离开、lapsed 未成';
comment on column report.placement.state_meaning is '状态含义';
comment on column report.placement.state_on is '进入该状态之日';
comment on column report.placement.starts_on is '派驻之日';
comment on column report.placement.ends_on is '期满之日';
comment on column report.placement.choice is
  '期满选择：stay 留企、institution_post 到事业单位、extend 延长、leave 离开';
comment on column report.placement.chosen_on is '选择之日';
comment on column report.placement.extended_to is '选择延长后的期满之日';
comment on column report.placement.settled_post is '落定的事业岗位，留企者为空';
comment on column report.placement.settled_institution is '其事业单位';
comment on column report.placement.vacated_on is '落定后离开该岗位之日';
comment on column report.placement.reviews is '已考核次数';
comment on column report.placement.excellent is '其中优秀';
comment on column report.placement.unqualified is '其中不合格';
comment on column report.placement.review_due_on is '最早一次待考核的应考核之日';
comment on column report.placement.host_changes is '更换企业次数';
comment on column report.placement.end_code is '提前终止的缘由代码';
comment on column report.placement.consequence is '提前终止的后果';
comment on column report.placement.note is '说明';
comment on column report.placement.answered_by is '最近经办';
comment on column report.placement.jurisdiction is '辖区（地级市代码）';
