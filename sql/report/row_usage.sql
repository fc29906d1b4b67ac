create or replace view report.row_usage as
  select k.round_id, k.row, k.kind, k.resource, k.unit, k.lower, k.upper,
    coalesce(taken.amount, 0) as used, round(k.price::numeric / r.scale, 6) as price
  from allocation.round_row k
  join allocation.round r using (round_id)
  left join (
    select q.round_id, u.row_no, sum(u.amount) as amount
    from allocation.round_request q
    join allocation.round_use u
      on (u.round_id, u.request_no, u.option_no) = (q.round_id, q.request_no, q.chosen)
    group by q.round_id, u.row_no) taken using (round_id, row_no);
comment on view report.row_usage is '约束行的占用与影子价格';
comment on column report.row_usage.round_id is '轮次编号';
comment on column report.row_usage.row is '约束行：类别:编号';
comment on column report.row_usage.kind is '类别';
comment on column report.row_usage.resource is '资源编号';
comment on column report.row_usage.unit is '单位';
comment on column report.row_usage.lower is '下限';
comment on column report.row_usage.upper is '上限（已扣除存续的配置）';
comment on column report.row_usage.used is '本轮占用';
comment on column report.row_usage.price is '影子价格：多一单位可多得的分（背包证明中保留的行为空）';
