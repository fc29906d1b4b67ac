create or replace view report.offer as
  select o.offer_id, o.round_id, o.mechanism::text as mechanism, o.request, o.uscc, q.enterprise,
    o.resource, o.detail, o.amount, o.unit, o.score, o.state, o.due_on, o.due_is_provisional,
    o.jurisdiction
  from allocation.offer o
  join allocation.round_request q on q.round_id = o.round_id and q.request = o.request;
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
