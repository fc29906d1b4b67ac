create or replace view report.offer as
  select o.offer_id, o.round_id, o.mechanism::text as mechanism, o.request, o.uscc, coalesce(nullif(q.enterprise, ''), e.name) as enterprise,
    o.resource, o.detail, o.amount, o.unit, o.score, o.state, o.due_on, o.due_is_provisional,
    o.jurisdiction, o.decision_id, o.answered_by, o.answered_on, o.answer_code, o.answer_note
  from allocation.offer o
  left join allocation.round_request q on q.round_id = o.round_id and q.request = o.request
  left join registry.enterprises e on e.uscc = o.uscc;
comment on view report.offer is '拟配置：轮次所选，待人答复';
comment on column report.offer.offer_id is '拟配置编号';
comment on column report.offer.round_id is '轮次编号';
comment on column report.offer.mechanism is '机制';
comment on column report.offer.request is '诉求编号';
comment on column report.offer.uscc is '统一社会信用代码';
comment on column report.offer.enterprise is '企业名称';
comment on column report.offer.resource is '资源编号：地块、银行、专家、企业岗位或住房';
comment on column report.offer.detail is '其余要素';
comment on column report.offer.amount is '数量';
comment on column report.offer.unit is '单位';
comment on column report.offer.score is '得分';
comment on column report.offer.state is
  '状态：offered 待答复、accepted 已接受、declined 已谢绝、expired 已过期、withdrawn 已撤回、released 已释放';
comment on column report.offer.due_on is '答复期限';
comment on column report.offer.due_is_provisional is '期限为预计（该年节假日通知尚未收录）';
comment on column report.offer.jurisdiction is '辖区（地级市代码）';
comment on column report.offer.decision_id is '会商决定编号（由决定直接产生者）';
comment on column report.offer.answered_by is '答复者';
comment on column report.offer.answered_on is '答复日期';
comment on column report.offer.answer_code is '谢绝或释放的缘由代码';
comment on column report.offer.answer_note is '答复说明';
