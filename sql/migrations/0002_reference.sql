-- Code tables of national standards. `yaosu migrate` fills them from the files the binary carries,
-- whenever the digest of a file differs from the one in reference.source.
set local role yaosu_owner;

create table reference.source (
  file text primary key,
  digest text not null
);
comment on table reference.source is '已装入的标准代码文件及其摘要';
comment on column reference.source.file is '文件名';
comment on column reference.source.digest is '文件内容的 SHA-256，十六进制';
select audit.watch('reference.source', array['file']);

create table reference.division (
  code text primary key check (code ~ '^[0-9]{6}$'),
  name text not null check (name <> ''),
  kind text not null check (kind in ('province', 'prefecture', 'county')),
  parent text references reference.division deferrable initially deferred,
  standard text not null check (standard in ('GB/T 2260', 'NBS')),
  valid_from smallint,
  valid_to smallint check (valid_to >= valid_from)
);
comment on table reference.division is '行政区划代码（GB/T 2260）';
comment on column reference.division.code is '六位代码';
comment on column reference.division.name is '名称';
comment on column reference.division.kind is '层级：province 省级、prefecture 地级、county 县级';
comment on column reference.division.parent is '上级代码';
comment on column reference.division.standard is
  '出处：GB/T 2260，或仅见于统计用区划代码的 NBS（如开发区）';
comment on column reference.division.valid_from is '启用年份，不详为空';
comment on column reference.division.valid_to is '停用年份，现行为空';
select audit.watch('reference.division', array['code']);

create table reference.industry (
  code text primary key check (code ~ '^[A-T]([0-9]{2,4})?$'),
  name text not null check (name <> ''),
  level smallint not null check (level = greatest(1, char_length(code) - 1)),
  parent text references reference.industry deferrable initially deferred,
  check ((parent is null) = (level = 1))
);
comment on table reference.industry is '国民经济行业分类（GB/T 4754-2017）';
comment on column reference.industry.code is '代码，含门类字母，如 C3670';
comment on column reference.industry.name is '名称';
comment on column reference.industry.level is '层级：1 门类、2 大类、3 中类、4 小类';
comment on column reference.industry.parent is '上级代码';
select audit.watch('reference.industry', array['code']);

create table reference.land_class (
  code text primary key check (code ~ '^([0-9]{2}){1,2}$'),
  name text not null check (name <> ''),
  level smallint not null check (level = char_length(code) / 2),
  parent text references reference.land_class deferrable initially deferred,
  check ((parent is null) = (level = 1))
);
comment on table reference.land_class is '土地利用现状分类（GB/T 21010-2017）';
comment on column reference.land_class.code is '代码：一级两位，二级四位';
comment on column reference.land_class.name is '名称';
comment on column reference.land_class.level is '层级：1 一级类、2 二级类';
comment on column reference.land_class.parent is '上级代码';
select audit.watch('reference.land_class', array['code']);
