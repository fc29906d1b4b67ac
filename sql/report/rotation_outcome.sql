create or replace view report.rotation_outcome as
select p.jurisdiction, d.dimension, d.code, max(d.name) as name, count(*) as ended,
    count(*) filter (where p.state = 'settled' and p.settled_post is null) as stayed,
    count(*) filter (where p.settled_post is not null) as returned,
    count(*) filter (where p.state = 'left') as left_count,
    round(count(*) filter (where p.state = 'settled' and p.settled_post is null)::numeric
      / count(*), 4) as stay_rate
  from report.placement p
  left join registry.chains c on c.jurisdiction = p.jurisdiction and c.code = p.chain
  left join registry.regions g on g.code = p.host_county
  cross join lateral (values
    ('chain', p.chain, c.name::text), ('host', p.uscc, p.host),
    ('county', p.host_county, g.name::text)) as d (dimension, code, name)
  where p.state in ('settled', 'left') and p.state_on > p.starts_on and d.code is not null
  group by p.jurisdiction, d.dimension, d.code
  having count(*) >= 3;
comment on view report.rotation_outcome is '政聘企培成效：按产业链、企业、县市区的留企率，只计已派驻并有结果者；不足 3 人的组不列';
comment on column report.rotation_outcome.jurisdiction is '辖区（地级市代码）';
comment on column report.rotation_outcome.dimension is '维度：chain 产业链、host 企业、county 县市区';
comment on column report.rotation_outcome.code is '编号：产业链、统一社会信用代码或县市区';
comment on column report.rotation_outcome.name is '名称';
comment on column report.rotation_outcome.ended is '有结果的人数';
comment on column report.rotation_outcome.stayed is '留企人数';
comment on column report.rotation_outcome.returned is '到事业单位人数';
comment on column report.rotation_outcome.left_count is '离开人数（期满离开与提前终止）';
comment on column report.rotation_outcome.stay_rate is '留企率';
