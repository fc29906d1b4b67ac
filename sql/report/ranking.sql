create or replace view report.ranking_seal as
  select s.side, s.party, s.version, s.entries, s.hash, s.sealed_at, s.opened_on, s.jurisdiction
  from registry.ranking_seal s;
comment on view report.ranking_seal is '志愿表的封存：哈希自填报起公布，内容至轮次开封方可见';
comment on column report.ranking_seal.side is '填报方：enterprise 企业、expert 专家';
comment on column report.ranking_seal.party is '填报者：需求编号，或专家编号';
comment on column report.ranking_seal.version is '版本，最后一版有效';
comment on column report.ranking_seal.entries is '志愿数';
comment on column report.ranking_seal.hash is '志愿表的 SHA-256';
comment on column report.ranking_seal.sealed_at is '封存时间';
comment on column report.ranking_seal.opened_on is '开封的业务日，未开封为空';
comment on column report.ranking_seal.jurisdiction is '所属地级市代码';

create or replace view report.ranking as
  with latest as (
    select distinct on (s.side, s.party) s.*
    from registry.ranking_seal s order by s.side, s.party, s.version desc),
  opened as (
    select l.side, l.party, l.version, l.hash, l.opened_on, l.jurisdiction, r.rank,
      case l.side when 'enterprise' then r.expert else r.request end as other, r.salt
    from latest l
    join registry.expert_rankings r on r.side = l.side
      and case r.side when 'enterprise' then r.request else r.expert end = l.party
    where l.opened_on is not null)
  select o.side, o.party, o.rank, o.other, o.salt, o.version, o.hash,
    encode(sha256(convert_to(string_agg(o.rank || E'\t' || o.other || E'\t' || o.salt || E'\n', '')
      over (partition by o.side, o.party order by o.rank, o.other collate "C"
        rows between unbounded preceding and unbounded following), 'UTF8')), 'hex') = o.hash
      as hash_holds,
    o.opened_on, o.jurisdiction
  from opened o;
comment on view report.ranking is '已开封的志愿表，各行及其随机数；哈希重算相符';
comment on column report.ranking.side is '填报方：enterprise 企业、expert 专家';
comment on column report.ranking.party is '填报者：需求编号，或专家编号';
comment on column report.ranking.rank is '志愿序号';
comment on column report.ranking.other is '对方编号';
comment on column report.ranking.salt is '封存用的随机数';
comment on column report.ranking.version is '版本';
comment on column report.ranking.hash is '封存时公布的哈希';
comment on column report.ranking.hash_holds is '按内容重算的哈希是否相符';
comment on column report.ranking.opened_on is '开封的业务日';
comment on column report.ranking.jurisdiction is '所属地级市代码';
