create or replace view report.unserved as
  select u.round_id, r.mechanism::text as mechanism, q.request, nullif(q.uscc, '') as uscc,
    nullif(q.enterprise, '') as enterprise, u.reason,
    k.row, round(k.price::numeric / r.scale, 6) as price,
    u.smallest_change::jsonb as smallest_change,
    u.explanation_zh as explanation, u.explanation_en, r.jurisdiction, r.business_date
  from allocation.round_unserved u
  join allocation.round r using (round_id)
  join allocation.round_request q using (round_id, request_no)
  left join allocation.round_row k using (round_id, row_no);
comment on view report.unserved is '未获配（贷款为未获推荐）的诉求，各有缘由与足以改变结果的最小改变';
comment on column report.unserved.round_id is '轮次编号';
comment on column report.unserved.mechanism is '机制';
comment on column report.unserved.request is '诉求编号';
comment on column report.unserved.uscc is '统一社会信用代码；诉求非出自企业者（政聘企培的人才）为空';
comment on column report.unserved.enterprise is '企业名称，同上';
comment on column report.unserved.reason is
  '缘由：no_option 无可选项、outbid 得分不及、quota 指标不足、capacity 名额不足、declined 已被谢绝、unstable 不稳定';
comment on column report.unserved.row is '起决定作用的约束行';
comment on column report.unserved.price is '该行的影子价格（分/单位）';
comment on column report.unserved.smallest_change is '足以改变结果的最小改变';
comment on column report.unserved.explanation is '说明';
comment on column report.unserved.explanation_en is '说明（英文）';
comment on column report.unserved.jurisdiction is '辖区（地级市代码）';
comment on column report.unserved.business_date is '业务日';
