create or replace view report.appointment as
  select a.appointment_id, a.offer_id, a.request, a.uscc, e.name as enterprise, e.region as county,
    a.expert, registry.mask_name(x.name) as expert_name, a.university, u.name as university_name,
    a.state, s.meaning as state_meaning, a.state_on, a.agreement_no, a.starts_on, a.ends_on,
    a.months, a.days_per_month, l.months_logged, l.days_logged,
    l.months_logged * a.days_per_month as days_promised, v.grades,
    o.problems_solved, o.patents, o.contracts, o.contract_wan, a.renewal_months,
    a.renewal_request, a.renews, a.end_code, c.meaning as end_meaning, a.note, a.jurisdiction,
    a.renewal_request is not null and a.state in ('active', 'renewed') and v.latest is distinct from 'failed'
      as renewal_stands
  from techvp.appointment a
  join techvp.appointment_state s using (state)
  join registry.enterprises e on e.uscc = a.uscc
  join registry.experts x on x.code = a.expert
  left join registry.universities u
    on (u.jurisdiction, u.code) = (a.jurisdiction, a.university)
  left join allocation.answer_code c on c.mechanism = 'techvp' and c.code = a.end_code
  cross join lateral (
    select count(*) as months_logged, coalesce(sum(d.days), 0) as days_logged
    from techvp.site_days d where d.appointment_id = a.appointment_id) l
  cross join lateral (
    select array_agg(r.grade order by r.year_no) filter (where r.grade is not null) as grades,
      (array_agg(r.grade order by r.year_no desc) filter (where r.grade is not null))[1] as latest
    from techvp.review r where r.appointment_id = a.appointment_id) v
  cross join lateral (
    select count(*) filter (where y.kind = 'problem_solved') as problems_solved,
      count(*) filter (where y.kind = 'patent') as patents,
      count(*) filter (where y.kind = 'contract') as contracts,
      coalesce(sum(y.value_wan), 0) as contract_wan
    from techvp.outcome y where y.appointment_id = a.appointment_id) o;
comment on view report.appointment is '科技副总聘任：状态、聘期、到岗、考核与成果；姓名已脱敏';
comment on column report.appointment.appointment_id is '聘任编号';
comment on column report.appointment.offer_id is '拟配置编号';
comment on column report.appointment.request is '需求编号';
comment on column report.appointment.uscc is '统一社会信用代码';
comment on column report.appointment.enterprise is '企业名称';
comment on column report.appointment.county is '企业所在县市区';
comment on column report.appointment.expert is '专家编号';
comment on column report.appointment.expert_name is '专家姓名（脱敏）';
comment on column report.appointment.university is '学校标识码';
comment on column report.appointment.university_name is '学校名称';
comment on column report.appointment.state is
  '状态：offered 拟聘、consented 高校已同意、agreed 协议已签、active 在聘、completed 期满、renewed 期满续聘、ended 提前终止、lapsed 未成';
comment on column report.appointment.state_meaning is '状态的含义';
comment on column report.appointment.state_on is '进入此状态的日期；期满、终止者为最后一日';
comment on column report.appointment.agreement_no is '三方协议文号';
comment on column report.appointment.starts_on is '聘期起日';
comment on column report.appointment.ends_on is '约定聘期止日（含）';
comment on column report.appointment.months is '聘期（月）';
comment on column report.appointment.days_per_month is '约定每月到岗天数';
comment on column report.appointment.months_logged is '已填报月数';
comment on column report.appointment.days_logged is '已填报到岗天数';
comment on column report.appointment.days_promised is '已填报各月约定天数合计';
comment on column report.appointment.grades is '历年考核：excellent 优秀、passed 合格、failed 不合格';
comment on column report.appointment.problems_solved is '解决难题数';
comment on column report.appointment.patents is '专利数';
comment on column report.appointment.contracts is '合同数';
comment on column report.appointment.contract_wan is '合同金额（万元）';
comment on column report.appointment.renewal_months is '商定续聘的月数';
comment on column report.appointment.renewal_request is '续聘的需求编号';
comment on column report.appointment.renews is '所接续的聘任编号';
comment on column report.appointment.end_code is '提前终止的缘由代码';
comment on column report.appointment.end_meaning is '提前终止的缘由';
comment on column report.appointment.note is '说明';
comment on column report.appointment.jurisdiction is '辖区（地级市代码）';
comment on column report.appointment.renewal_stands is
  '所商定的续聘是否有效：最近考核不合格、提前终止者失效';

create or replace view report.appointment_due as
  select due.appointment_id, a.request, e.name as enterprise, a.expert,
    registry.mask_name(x.name) as expert_name, a.university, due.what, due.meaning, due.due_on,
    due.due_on < (now() at time zone 'Asia/Shanghai')::date as is_overdue, a.jurisdiction
  from (
    select f.appointment_id, 'consent' as what, '高校答复' as meaning, o.due_on
    from techvp.appointment f join allocation.offer o using (offer_id)
    where f.state = 'offered'
    union all
    select d.appointment_id, 'agreement', '签订三方协议', d.due_on from techvp.agreement_deadline d
    union all
    select f.appointment_id, 'start', '到岗', f.starts_on
    from techvp.appointment f where f.state = 'agreed'
    union all
    select f.appointment_id, 'review', format('第 %s 年考核', v.year_no), v.due_on
    from techvp.appointment f join techvp.review v using (appointment_id)
    where f.state = 'active' and v.grade is null
    union all
    select f.appointment_id, 'ending', '聘期届满', f.ends_on
    from techvp.appointment f where f.state = 'active') due
  join techvp.appointment a using (appointment_id)
  join registry.enterprises e on e.uscc = a.uscc
  join registry.experts x on x.code = a.expert;
comment on view report.appointment_due is '科技副总聘任待办：各有期限';
comment on column report.appointment_due.appointment_id is '聘任编号';
comment on column report.appointment_due.request is '需求编号';
comment on column report.appointment_due.enterprise is '企业名称';
comment on column report.appointment_due.expert is '专家编号';
comment on column report.appointment_due.expert_name is '专家姓名（脱敏）';
comment on column report.appointment_due.university is '学校标识码';
comment on column report.appointment_due.what is
  '事项代码：consent 高校答复、agreement 三方协议、start 到岗、review 考核、ending 届满';
comment on column report.appointment_due.meaning is '事项';
comment on column report.appointment_due.due_on is '期限';
comment on column report.appointment_due.is_overdue is '是否已过期限（按今日）';
comment on column report.appointment_due.jurisdiction is '辖区（地级市代码）';
