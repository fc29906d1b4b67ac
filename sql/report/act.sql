create or replace view report.act as
  select a.act_id, a.kind, k.meaning, a.subject, a.jurisdiction, a.content, a.content_digest::text,
    a.note, a.state, a.asked_by, a.asked_person, a.asked_at, a.decided_by, a.decided_person,
    a.decided_at, a.decision_note
  from allocation.act a join allocation.act_kind k using (kind);
comment on view report.act is '须两人办理的事项：公布、施行政策与人工调整，何人提请、何人审批';
comment on column report.act.act_id is '事项编号';
comment on column report.act.kind is '类别';
comment on column report.act.meaning is '类别的含义';
comment on column report.act.subject is '对象：轮次编号、政策版本、诉求编号、产业链代码';
comment on column report.act.jurisdiction is '辖区（地级市代码），空为全部';
comment on column report.act.content is '拟办的内容';
comment on column report.act.content_digest is '内容摘要（SHA-256）';
comment on column report.act.note is '提请说明';
comment on column report.act.state is
  '状态：asked 待审批、approved 已批准并办理、refused 不予批准、withdrawn 已撤回';
comment on column report.act.asked_by is '提请部门';
comment on column report.act.asked_person is '提请人（工号）';
comment on column report.act.asked_at is '提请时间';
comment on column report.act.decided_by is '审批或撤回的部门';
comment on column report.act.decided_person is '审批或撤回的人（工号）';
comment on column report.act.decided_at is '审批或撤回的时间';
comment on column report.act.decision_note is '审批说明';
