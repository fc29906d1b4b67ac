create or replace view report.refusal as
  select f.round_id, r.mechanism::text as mechanism, q.request, pair.resource, f.rule, f.needed,
    pair.found
  from allocation.round_refusal f
  join allocation.round r using (round_id)
  join allocation.round_request q using (round_id, request_no)
  cross join lateral unnest(f.resources, f.found) as pair (resource, found);
comment on view report.refusal is '诉求与资源不合规则之处，一行一条，两边数值俱在';
comment on column report.refusal.round_id is '轮次编号';
comment on column report.refusal.mechanism is '机制';
comment on column report.refusal.request is '诉求编号';
comment on column report.refusal.resource is '资源编号';
comment on column report.refusal.rule is '规则';
comment on column report.refusal.needed is '诉求一方的要求';
comment on column report.refusal.found is '资源一方的数值';
