-- The consultation: sessions, agenda, decisions and tasks.
create or replace view report.agenda as
  select i.session_on, i.position, i.request, e.name as enterprise, i.cause,
    (select array_agg(land.department_name(d) order by n)
      from unnest(i.departments) with ordinality as t (d, n)) as departments,
    i.worth, i.minutes, q.project, c.meaning as cause_meaning, i.figures, i.worth_tax_wan,
    i.raised_on, i.carried, i.round_id, i.jurisdiction, i.departments as department_codes
  from land.agenda_item i
  join land.blocking_cause c on c.code = i.cause
  join registry.land_requests q on q.number = i.request
  join registry.enterprises e using (uscc);
comment on view report.agenda is '会商议程：未能安排的诉求，各有症结、数值与可以解决的单位';
comment on column report.agenda.session_on is '会商日期';
comment on column report.agenda.position is '议程次序，空为顺延至下次';
comment on column report.agenda.request is '诉求编号';
comment on column report.agenda.enterprise is '企业名称';
comment on column report.agenda.cause is '症结代码';
comment on column report.agenda.departments is '可以解决的单位';
comment on column report.agenda.worth is '解决后总分可增加';
comment on column report.agenda.minutes is '所需分钟';
comment on column report.agenda.project is '项目';
comment on column report.agenda.cause_meaning is '症结';
comment on column report.agenda.figures is '两边数值';
comment on column report.agenda.worth_tax_wan is '解决后预计年税收的变化（万元）';
comment on column report.agenda.raised_on is '首次列为议题的会商日期';
comment on column report.agenda.carried is '已顺延次数';
comment on column report.agenda.round_id is '所据轮次';
comment on column report.agenda.jurisdiction is '辖区（地级市代码）';
comment on column report.agenda.department_codes is '可以解决的单位代码';

create or replace view report.consultation as
  select s.session_on, s.number, s.state, s.is_provisional, s.minutes,
    (select array_agg(land.department_name(d) order by n)
      from unnest(s.attending) with ordinality as t (d, n)) as attending,
    i.items, i.placed, i.minutes_placed, i.worth_placed, d.decisions, d.tasks,
    (select array_agg(m.saturday order by m.saturday) from land.session_move m
      where (m.jurisdiction, m.held_on) = (s.jurisdiction, s.session_on)) as held_for,
    s.jurisdiction
  from land.session s
  cross join lateral (
    select count(*) as items, count(a.position) as placed,
      coalesce(sum(a.minutes) filter (where a.position is not null), 0) as minutes_placed,
      coalesce(sum(a.worth) filter (where a.position is not null), 0) as worth_placed
    from land.agenda_item a
    where (a.jurisdiction, a.session_on) = (s.jurisdiction, s.session_on)) i
  cross join lateral (
    select count(*) as decisions, count(*) filter (where x.kind = 'assign_task') as tasks
    from land.decision x
    where (x.jurisdiction, x.session_on) = (s.jurisdiction, s.session_on)) d;
comment on view report.consultation is '“星期六”会商：各次的状态、议题与决定';
comment on column report.consultation.session_on is '召开日期';
comment on column report.consultation.number is '第几次，召开时编号';
comment on column report.consultation.state is '状态：planned 计划、open 进行中、closed 已结束';
comment on column report.consultation.is_provisional is '日期为预计：该年节假日通知尚未收录';
comment on column report.consultation.minutes is '时长（分钟）';
comment on column report.consultation.attending is '参会单位';
comment on column report.consultation.items is '议题数';
comment on column report.consultation.placed is '列入议程的议题数';
comment on column report.consultation.minutes_placed is '议程所需分钟';
comment on column report.consultation.worth_placed is '议程各题解决后可增加的总分之和';
comment on column report.consultation.decisions is '决定数';
comment on column report.consultation.tasks is '交办任务数';
comment on column report.consultation.held_for is '由他日改期至此的星期六';
comment on column report.consultation.jurisdiction is '辖区（地级市代码）';

create or replace view report.decision as
  select d.decision_id, d.session_on, s.number as session_number, d.conclusion, d.kind, d.request,
    e.name as enterprise, q.project, d.parcel, p.region as parcel_region, d.area_mu,
    substr(d.from_lot, strpos(d.from_lot, ':') + 1) as from_quota,
    substr(d.to_lot, strpos(d.to_lot, ':') + 1) as to_quota, t.kind as quota_kind,
    f.resource as from_region, t.resource as to_region, d.amount, t.unit, d.document_no, d.rule,
    d.until_on, case d.kind
      when 'assign_task' then d.department
      when 'adjust_quota' then t.department
      when 'waive_threshold' then 'development_reform'
      when 'defer' then 'office'
      when 'refuse' then 'office'
      else 'natural_resources' end as department,
    d.due_on, d.due_is_provisional, d.reason_code, c.meaning as reason, d.legal_basis, d.note,
    o.offer_id, d.jurisdiction
  from land.decision d
  join land.session s using (jurisdiction, session_on)
  left join registry.land_requests q on q.number = d.request
  left join registry.enterprises e using (uscc)
  left join registry.parcels p on p.code = d.parcel
  left join allocation.lot f on f.lot = d.from_lot
  left join allocation.lot t on t.lot = d.to_lot
  left join land.refusal_code c on c.code = d.reason_code
  left join allocation.offer o on o.decision_id = d.decision_id;
comment on view report.decision is '会商决定';
comment on column report.decision.decision_id is '决定编号';
comment on column report.decision.session_on is '会商日期';
comment on column report.decision.session_number is '第几次会商';
comment on column report.decision.conclusion is '会议明确事项序号';
comment on column report.decision.kind is
  '类别：allocate 安排地块、adjust_quota 调整指标、waive_threshold 豁免门槛、hold_parcel 预留地块、defer 暂缓、refuse 不予安排、assign_task 交办';
comment on column report.decision.request is '诉求编号';
comment on column report.decision.enterprise is '企业名称';
comment on column report.decision.project is '项目';
comment on column report.decision.parcel is '地块编号';
comment on column report.decision.parcel_region is '地块所在县市区代码';
comment on column report.decision.area_mu is '安排面积（亩）';
comment on column report.decision.from_quota is '指标调出批次，空为上级追加';
comment on column report.decision.to_quota is '指标调入批次';
comment on column report.decision.quota_kind is '指标类型';
comment on column report.decision.from_region is '调出县市区代码';
comment on column report.decision.to_region is '调入县市区代码';
comment on column report.decision.amount is '调整数量';
comment on column report.decision.unit is '单位';
comment on column report.decision.document_no is '依据文号';
comment on column report.decision.rule is '所豁免的门槛：investment 投资强度、tax 亩均税收';
comment on column report.decision.until_on is '至何日（含）';
comment on column report.decision.department is '责任单位代码';
comment on column report.decision.due_on is '完成期限';
comment on column report.decision.due_is_provisional is '期限为预计：该年节假日通知尚未收录';
comment on column report.decision.reason_code is '不予安排的缘由代码';
comment on column report.decision.reason is '不予安排的缘由';
comment on column report.decision.legal_basis is '法律法规依据';
comment on column report.decision.note is '说明';
comment on column report.decision.offer_id is '由此产生的配置编号';
comment on column report.decision.jurisdiction is '辖区（地级市代码）';

create or replace view report.task as
  select d.decision_id as task, d.session_on, d.conclusion, d.department,
    land.department_name(d.department) as department_name, d.note as task_text, d.due_on,
    d.due_is_provisional, t.state, t.done_on, t.result, d.request, d.parcel,
    coalesce(t.done_on, (now() at time zone 'Asia/Shanghai')::date) > d.due_on as is_overdue,
    d.jurisdiction
  from land.task t
  join land.decision d using (decision_id);
comment on view report.task is '会商交办的任务';
comment on column report.task.task is '任务编号，即决定编号';
comment on column report.task.session_on is '会商日期';
comment on column report.task.conclusion is '会议明确事项序号';
comment on column report.task.department is '责任单位代码';
comment on column report.task.department_name is '责任单位';
comment on column report.task.task_text is '任务';
comment on column report.task.due_on is '完成期限';
comment on column report.task.due_is_provisional is '期限为预计：该年节假日通知尚未收录';
comment on column report.task.state is '状态：open 办理中、done 办结';
comment on column report.task.done_on is '办结日期';
comment on column report.task.result is '办理结果';
comment on column report.task.request is '诉求编号';
comment on column report.task.parcel is '地块编号';
comment on column report.task.is_overdue is '逾期：至办结之日，未办结者至今';
comment on column report.task.jurisdiction is '辖区（地级市代码）';
