create or replace view report.conflict_of_interest as
  select c.id as conflict_id, c.uscc::text as uscc, e.name::text as enterprise,
    c.expert::text as expert, registry.mask_name(x.name::text) as expert_name, c.university,
    u.name::text as university_name, c.kind, c.evidence::text as evidence, c.since, c.until,
    coalesce(t.touched, '{}') as touched, c.jurisdiction::text as jurisdiction, c.recorded_on
  from registry.conflicts_of_interest c
  join registry.enterprises e using (uscc)
  left join registry.experts x on x.code = c.expert
  left join registry.universities u
    on (u.jurisdiction, u.code) = (c.jurisdiction, c.university)
  left join lateral (
    select array_agg(a.request order by a.request collate "C") as touched
    from techvp.appointment a
    where a.uscc = c.uscc and (a.expert = c.expert or a.university = c.university)
      and a.state in ('offered', 'consented', 'agreed', 'active')
      and (c.kind = 'founded' or c.until is null or c.until >= coalesce(a.starts_on, a.state_on))
    ) t on true;
comment on view report.conflict_of_interest is
  '利益关联：企业由专家或高校创办、持股者，附依据与日期；科技副总一律回避';
comment on column report.conflict_of_interest.conflict_id is '编号';
comment on column report.conflict_of_interest.uscc is '统一社会信用代码';
comment on column report.conflict_of_interest.enterprise is '企业名称';
comment on column report.conflict_of_interest.expert is '专家编号；关联方为高校时为空';
comment on column report.conflict_of_interest.expert_name is '专家姓名（脱敏）';
comment on column report.conflict_of_interest.university is '学校标识码；关联方为专家时为空';
comment on column report.conflict_of_interest.university_name is '学校名称';
comment on column report.conflict_of_interest.kind is '关联方式：founded 创办、owned 持股';
comment on column report.conflict_of_interest.evidence is '依据';
comment on column report.conflict_of_interest.since is '起始日';
comment on column report.conflict_of_interest.until is '截止日（含），未止为空；创办者不因截止而解除';
comment on column report.conflict_of_interest.touched is
  '现有拟聘、在聘中与之相抵触的需求：不得签约；已签约而未到岗者，到岗之日由夜间终止；在聘者由人终止';
comment on column report.conflict_of_interest.jurisdiction is '辖区（地级市代码）';
comment on column report.conflict_of_interest.recorded_on is '登记日：此前按日期已办的不因之改变';
