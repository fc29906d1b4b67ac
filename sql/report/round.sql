create or replace view report.round as
  select r.round_id, r.mechanism::text as mechanism, r.jurisdiction, r.business_date, r.kind,
    r.status, r.policy_version, r.seed, r.input_digest::text as input_digest, r.requests, r.options,
    r.assigned, r.objective, r.bound, r.bound - r.objective as gap, r.algorithm, r.solve_ms,
    r.finished_at, r.content_digest::text as content_digest, r.certificate
  from allocation.round r;
comment on view report.round is '轮次：每个机制、辖区、业务日一轮';
comment on column report.round.round_id is '轮次编号';
comment on column report.round.mechanism is '机制';
comment on column report.round.jurisdiction is '辖区（地级市代码）';
comment on column report.round.business_date is '业务日';
comment on column report.round.kind is '类别：nightly 夜间、what_if 试算';
comment on column report.round.status is '状态：optimal 已证最优、within 差距已给出、time_limit 到时停止、stable 稳定';
comment on column report.round.policy_version is '政策版本';
comment on column report.round.seed is '摇号种子';
comment on column report.round.input_digest is '输入快照的摘要（SHA-256）';
comment on column report.round.requests is '诉求数';
comment on column report.round.options is '可选项数';
comment on column report.round.assigned is '获配数；贷款为推荐数，贷与不贷由银行决定';
comment on column report.round.objective is '总分';
comment on column report.round.bound is '总分的上界';
comment on column report.round.gap is '差距：上界减总分';
comment on column report.round.algorithm is '算法';
comment on column report.round.solve_ms is '求解用时（毫秒）';
comment on column report.round.finished_at is '结束时间';
comment on column report.round.content_digest is '所存各行的摘要（SHA-256）';
comment on column report.round.certificate is
  '证明形式：price 每行有价格、knapsack 部分约束行予以保留而求其最佳装填';
