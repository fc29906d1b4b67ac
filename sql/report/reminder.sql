create or replace view report.reminder as
  select o.reminder_id, o.mechanism::text as mechanism, o.department, o.subject_kind, o.subject,
    o.kind, k.meaning, o.due_on, o.raised_on, o.payload, o.delivered_at, o.jurisdiction
  from allocation.outbox o
  join allocation.reminder_kind k using (mechanism, kind);
comment on view report.reminder is '夜间提出的提醒';
comment on column report.reminder.reminder_id is '提醒编号';
comment on column report.reminder.mechanism is '机制';
comment on column report.reminder.department is '提醒的单位';
comment on column report.reminder.subject_kind is '事项类别';
comment on column report.reminder.subject is '事项编号';
comment on column report.reminder.kind is '提醒种类';
comment on column report.reminder.meaning is '含义';
comment on column report.reminder.due_on is '所提醒事项的期限';
comment on column report.reminder.raised_on is '提出的业务日';
comment on column report.reminder.payload is '其余要素';
comment on column report.reminder.delivered_at is '送达时间，未送达为空';
comment on column report.reminder.jurisdiction is '辖区（地级市代码）';
