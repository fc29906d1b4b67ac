create or replace view report.rotation_outcome as
with groups as (
  select p.jurisdiction, d.dimension, d.code, max(d.name) as name, max(d.county) as county,
    max(d.chain) as chain, count(*) as ended,
    count(*) filter (where p.state = 'settled' and p.settled_post is null) as stayed,
    count(*) filter (where p.settled_post is not null) as returned,
    count(*) filter (where p.state = 'left') as left_count
  from report.placement p
  left join registry.chains c on c.jurisdiction = p.jurisdiction and c.code = p.chain
  left join registry.regions g on g.code = p.host_county
  cross join lateral (values
    ('chain', p.chain, c.name::text, null, null), ('host', p.uscc, p.host, p.host_county, p.chain),
    ('county', p.host_county, g.name::text, null, null)) as d (dimension, code, name, county, chain)
  where p.state in ('settled', 'left') and p.state_on > p.starts_on and d.code is not null
  group by p.jurisdiction, d.dimension, d.code),
-- The totals of one dimension tell those of another, so that of a sum whose parts are listed all but
-- one, the last part is known. Where what is hidden of a sum is one group, or fewer than three
-- people, the smallest of the others is hidden with it. The sums are the city, for hosts also
-- their county and their chain.
small as (select g.*, g.ended < 3 as is_small from groups g),
sums as (
  select s.jurisdiction, s.dimension, s.code, s.ended, s.is_small, k.kind, k.part
  from small s
  cross join lateral (values ('city', s.jurisdiction::text), ('county', s.county), ('chain', s.chain))
    as k (kind, part)
  where k.part is not null),
weighed as (
  select s.*,
    count(*) filter (where s.is_small) over part as hidden_groups,
    coalesce(sum(s.ended) filter (where s.is_small) over part, 0) as hidden_people,
    row_number() over (
      partition by s.jurisdiction, s.dimension, s.kind, s.part, s.is_small
      order by s.ended, s.code) as place
  from sums s
  window part as (partition by s.jurisdiction, s.dimension, s.kind, s.part))
select s.jurisdiction, s.dimension, s.code, s.name, s.ended, s.stayed, s.returned, s.left_count,
    round(s.stayed::numeric / s.ended, 4) as stay_rate
  from small s
  where not s.is_small and not exists (
    select from weighed w
    where (w.jurisdiction, w.dimension, w.code) = (s.jurisdiction, s.dimension, s.code)
      and w.place = 1 and w.hidden_groups > 0 and (w.hidden_groups = 1 or w.hidden_people < 3));
comment on view report.rotation_outcome is '政聘企培成效：按产业链、企业、县市区的留企率，只计已派驻并有结果者；不足 3 人的组不列，可由合计减出者连同最小的另一组不列';
comment on column report.rotation_outcome.jurisdiction is '辖区（地级市代码）';
comment on column report.rotation_outcome.dimension is '维度：chain 产业链、host 企业、county 县市区';
comment on column report.rotation_outcome.code is '编号：产业链、统一社会信用代码或县市区';
comment on column report.rotation_outcome.name is '名称';
comment on column report.rotation_outcome.ended is '有结果的人数';
comment on column report.rotation_outcome.stayed is '留企人数';
comment on column report.rotation_outcome.returned is '到事业单位人数';
comment on column report.rotation_outcome.left_count is '离开人数（期满离开与提前终止）';
comment on column report.rotation_outcome.stay_rate is '留企率';
