create or replace view report.project_stage as
  select p.offer_id, o.request, e.name as enterprise, q.project, o.resource as parcel,
    o.amount as area_mu, o.state, s.signed_on, s.acquired_on, s.started_on, s.producing_on,
    p.start_due_on, p.production_due_on, s.started_on - s.signed_on as signing_to_start_days,
    s.producing_on - s.started_on as start_to_production_days, p.developed_mu, p.invested_wan,
    p.stopped_on,
    (select array_agg(f.flag order by f.flagged_on, f.flag) from land.project_flag f
      where f.offer_id = p.offer_id and f.cleared_on is null) as flags,
    o.jurisdiction,
    (select f.fee_wan from land.project_flag f
      where f.offer_id = p.offer_id and f.flag = 'idle_one_year' and f.cleared_on is null)
      as idle_fee_wan
  from land.project p
  join allocation.offer o using (offer_id)
  left join registry.land_requests q on q.number = o.request
  left join registry.enterprises e on e.uscc = o.uscc
  cross join lateral (
    select max(reached_on) filter (where t.stage = 'signed') as signed_on,
      max(reached_on) filter (where t.stage = 'acquired') as acquired_on,
      max(reached_on) filter (where t.stage = 'started') as started_on,
      max(reached_on) filter (where t.stage = 'producing') as producing_on
    from land.project_stage t where t.offer_id = p.offer_id) s;
comment on view report.project_stage is '已获配土地的项目：各阶段日期、考核天数与警示';
comment on column report.project_stage.offer_id is '配置编号';
comment on column report.project_stage.request is '诉求编号';
comment on column report.project_stage.enterprise is '企业名称';
comment on column report.project_stage.project is '项目';
comment on column report.project_stage.parcel is '地块编号';
comment on column report.project_stage.area_mu is '面积（亩）';
comment on column report.project_stage.state is '配置状态：accepted 存续、released 已释放';
comment on column report.project_stage.signed_on is '签约日期';
comment on column report.project_stage.acquired_on is '摘牌日期';
comment on column report.project_stage.started_on is '开工日期';
comment on column report.project_stage.producing_on is '投产日期';
comment on column report.project_stage.start_due_on is '约定开工日期';
comment on column report.project_stage.production_due_on is '约定投产日期';
comment on column report.project_stage.signing_to_start_days is '签约至开工天数';
comment on column report.project_stage.start_to_production_days is '开工至投产天数';
comment on column report.project_stage.developed_mu is '已动工开发面积（亩）';
comment on column report.project_stage.invested_wan is '已投资额（万元）';
comment on column report.project_stage.stopped_on is '中止开发建设之日';
comment on column report.project_stage.flags is
  '仍在的警示：start_overdue 逾期未开工、production_overdue 逾期未投产、idle_one_year 闲置满一年、idle_two_years 闲置满两年';
comment on column report.project_stage.jurisdiction is '辖区（地级市代码）';
comment on column report.project_stage.idle_fee_wan is
  '闲置满一年应征缴的闲置费（万元）；地块未登记起始价者为空';

-- The city's indicators: averages, so compared as they are and not as whole days.
create or replace view report.project_indicator as
  select s.jurisdiction, i.step, count(i.days) as projects, round(avg(i.days), 1) as average_days,
    k.number as target_days, avg(i.days) <= k.number as is_met
  from report.project_stage s
  cross join lateral (values
    ('signing_to_start', s.signing_to_start_days),
    ('start_to_production', s.start_to_production_days)) i (step, days)
  left join policy.parameters k on k.name = 'land.clock.' || i.step and k.version = (
    select f.version from policy.in_force f
    where f.in_force_from <= (now() at time zone 'Asia/Shanghai')::date
    order by f.in_force_from desc, f.version desc limit 1)
  group by s.jurisdiction, i.step, k.number;
comment on view report.project_indicator is '考核指标：签约至开工、开工至投产的平均天数与目标';
comment on column report.project_indicator.jurisdiction is '辖区（地级市代码）';
comment on column report.project_indicator.step is
  '阶段：signing_to_start 签约至开工、start_to_production 开工至投产';
comment on column report.project_indicator.projects is '已走完该阶段的项目数';
comment on column report.project_indicator.average_days is '平均天数';
comment on column report.project_indicator.target_days is '目标天数，依现行政策';
comment on column report.project_indicator.is_met is '是否达标；尚无项目者为空';
