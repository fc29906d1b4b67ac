create or replace view report.land_quota as
  select substr(l.lot, strpos(l.lot, ':') + 1) as quota, l.resource as region, l.kind, l.unit,
    b.committed + b.offered + b.free as granted, b.committed, b.offered, b.free,
    lower(l.period) as period_start, upper(l.period) - 1 as period_end, l.carry_over,
    l.document_no, l.jurisdiction
  from allocation.lot l
  cross join lateral (
    select coalesce(sum(b.amount) filter (where b.account = 'committed'), 0) as committed,
      coalesce(sum(b.amount) filter (where b.account = 'offered'), 0) as offered,
      coalesce(sum(b.amount) filter (where b.account = 'free'), 0) as free
    from allocation.balance b where b.lot = l.lot) b
  where l.kind in ('construction_land', 'farmland_balance', 'energy');
comment on view report.land_quota is '用地指标：下达（含调剂、结转）、已用、占用与可用';
comment on column report.land_quota.quota is '指标批次编号';
comment on column report.land_quota.region is '县市区代码';
comment on column report.land_quota.kind is
  '指标类型：construction_land 新增建设用地、farmland_balance 占补平衡、energy 能耗';
comment on column report.land_quota.unit is '单位：mu 亩、tce 吨标煤';
comment on column report.land_quota.granted is '下达数，含调剂与结转';
comment on column report.land_quota.committed is '配置已用';
comment on column report.land_quota.offered is '拟配置占用';
comment on column report.land_quota.free is '可用';
comment on column report.land_quota.period_start is '起始日';
comment on column report.land_quota.period_end is '截止日';
comment on column report.land_quota.carry_over is '期满可结转';
comment on column report.land_quota.document_no is '下达文号';
comment on column report.land_quota.jurisdiction is '辖区（地级市代码）';
