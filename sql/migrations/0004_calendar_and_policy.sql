-- Working days as the State Council's notices set them, and the versioned policy.

set local role yaosu_owner;

create table calendar.notices (
  year integer primary key check (year between 2000 and 2100),
  source text not null
);
comment on table calendar.notices is '国务院办公厅节假日安排通知；未收录的年份，其日期均为预计';
comment on column calendar.notices.year is '年份';
comment on column calendar.notices.source is '通知来源';
select audit.watch('calendar.notices', array['year']);

create table calendar.exceptions (
  day date primary key,
  name text not null,
  is_off boolean not null,
  year integer not null references calendar.notices
);
comment on table calendar.exceptions is '与周一至周五上班不同的日子：放假与调休上班';
comment on column calendar.exceptions.day is '日期';
comment on column calendar.exceptions.name is '节日名称';
comment on column calendar.exceptions.is_off is '真为放假，假为调休上班';
comment on column calendar.exceptions.year is '所属通知的年份';
select audit.watch('calendar.exceptions', array['day']);

create table policy.versions (
  version integer primary key check (version > 0),
  title text not null,
  state text not null check (state in ('draft', 'in_force', 'retired')),
  in_force_from date,
  check (state = 'draft' or in_force_from is not null)
);
comment on table policy.versions is '政策参数的版本';
comment on column policy.versions.version is '版本号';
comment on column policy.versions.title is '名称';
comment on column policy.versions.state is
  '状态：draft 草案、in_force 施行、retired 废止（不再选用，其期间由前一施行版本接续）';
comment on column policy.versions.in_force_from is '施行日期';
select audit.watch('policy.versions', array['version']);

create table policy.parameters (
  version integer not null references policy.versions,
  name text not null check (name ~ '^[a-z_]+(\.[a-z_]+)+$'),
  number numeric,
  word text,
  unit text not null,
  meaning text not null,
  primary key (version, name),
  check (num_nonnulls(number, word) = 1)
);
comment on table policy.parameters is '政策参数：权重、限额与时限，一行一个';
comment on column policy.parameters.version is '版本号';
comment on column policy.parameters.name is '参数名：机制.类别.名称';
comment on column policy.parameters.number is '数值';
comment on column policy.parameters.word is '文字值';
comment on column policy.parameters.unit is '单位';
comment on column policy.parameters.meaning is '含义';
select audit.watch('policy.parameters', array['version', 'name']);

-- A version in force is history: what rounds were computed with must not change under them.
create function policy.refuse_change_in_force() returns trigger
language plpgsql
as $$
declare
  subject integer := case tg_op when 'INSERT' then new.version else old.version end;
begin
  if exists (select from policy.versions v where v.version = subject and v.state <> 'draft') then
    raise exception 'policy version % is no longer a draft; its parameters do not change', subject
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
comment on function policy.refuse_change_in_force() is '已施行或废止的版本，其参数不得变更';
create trigger _300_draft_only before insert or update or delete on policy.parameters
  for each row execute function policy.refuse_change_in_force();

create function policy.follow_arrow() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'DELETE' then
    if old.state <> 'draft' then
      raise exception 'policy version % is no longer a draft and stays on record', old.version
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    return old;
  end if;
  if (old.state, new.state) not in (
      ('draft', 'draft'), ('draft', 'in_force'), ('in_force', 'in_force'), ('in_force', 'retired'),
      ('retired', 'retired'))
    or (old.state <> 'draft'
      and (old.version, old.in_force_from) is distinct from (new.version, new.in_force_from)) then
    raise exception 'policy version %: no arrow from % to %', old.version, old.state, new.state
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  return new;
end $$;
comment on function policy.follow_arrow() is '版本只沿 草案 → 施行 → 废止 变化；施行后起日不变';
create trigger _300_arrow before update or delete on policy.versions
  for each row execute function policy.follow_arrow();

create view policy.in_force as
  select v.version, v.in_force_from,
    lead(v.in_force_from) over (order by v.in_force_from, v.version) as in_force_until
  from policy.versions v
  where v.state = 'in_force';
comment on view policy.in_force is '各版本的施行期间（含起日，不含止日）';
comment on column policy.in_force.version is '版本号';
comment on column policy.in_force.in_force_from is '施行日期';
comment on column policy.in_force.in_force_until is '由后一版本取代之日，空为至今';

select audit.begin('yaosu', 'design §6', 'default policy');
insert into policy.versions (version, title, state) values (1, '默认政策', 'draft');
insert into policy.parameters (version, name, number, word, unit, meaning) values
  (1, 'land.weight.tax', 0.30, null, '权重', '亩均税收'),
  (1, 'land.weight.investment', 0.25, null, '权重', '投资强度'),
  (1, 'land.weight.priority', 0.15, null, '权重', '项目层级'),
  (1, 'land.weight.waiting', 0.10, null, '权重', '等待时间'),
  (1, 'land.weight.region', 0.10, null, '权重', '意向县市区的次序'),
  (1, 'land.weight.chain', 0.10, null, '权重', '与产业链契合'),
  (1, 'land.full.intensity', 2, null, '倍', '强度达到地块下限的此倍数时得满分'),
  (1, 'land.full.waiting', 180, null, '日', '等待至此得满分'),
  (1, 'land.priority.province', 1, null, '分值', '省级项目'),
  (1, 'land.priority.city', 0.5, null, '分值', '市级项目'),
  (1, 'land.priority.ordinary', 0, null, '分值', '一般项目'),
  (1, 'land.limit.whole_parcel', 1.3, null, '倍', '整宗供应时面积不超过需求的此倍数'),
  (1, 'land.clock.answer', 5, null, '工作日', '拟配置的答复时限'),
  (1, 'land.clock.session', 180, null, '分钟', '一次会商的时长'),
  (1, 'finance.weight.rate', 0.35, null, '权重', '利率低于上限'),
  (1, 'finance.weight.rating', 0.20, null, '权重', '信用等级'),
  (1, 'finance.weight.history', 0.15, null, '权重', '银行在该链的业绩'),
  (1, 'finance.weight.first_loan', 0.10, null, '权重', '首贷'),
  (1, 'finance.weight.waiting', 0.10, null, '权重', '等待时间'),
  (1, 'finance.weight.unsecured', 0.10, null, '权重', '信用贷款'),
  (1, 'finance.full.rate', 2, null, '百分点', '低于上限至此得满分'),
  (1, 'finance.full.outstanding', 50000, null, '万元', '贷款余额至此得满分'),
  (1, 'finance.full.bad_loan', 5, null, '%', '不良率至此得零分'),
  (1, 'finance.full.waiting', 60, null, '日', '等待至此得满分'),
  (1, 'finance.clock.answer', 2, null, '工作日', '银行确认时限'),
  (1, 'finance.clock.decision', 10, null, '工作日', '银行审批时限'),
  (1, 'techvp.rule', null, 'optimal', '规则', 'optimal 总分最高，或 stable 稳定匹配'),
  (1, 'techvp.weight.fields', 0.45, null, '权重', '技术领域契合'),
  (1, 'techvp.weight.title', 0.15, null, '权重', '职称高于最低要求'),
  (1, 'techvp.weight.projects', 0.15, null, '权重', '既往合作项目'),
  (1, 'techvp.weight.days', 0.15, null, '权重', '每月天数多于需求'),
  (1, 'techvp.weight.region', 0.10, null, '权重', '县市区在专家意向中的次序'),
  (1, 'techvp.full.projects', 10, null, '项', '项目数至此得满分'),
  (1, 'techvp.full.days', 4, null, '天/月', '多出天数至此得满分'),
  (1, 'techvp.limit.start_slack', 30, null, '日', '可晚于拟到岗日期的天数'),
  (1, 'techvp.clock.answer', 5, null, '工作日', '拟配置的答复时限'),
  (1, 'rotation.weight.region', 0.40, null, '权重', '县市区在人才意向中的次序'),
  (1, 'rotation.weight.degree', 0.25, null, '权重', '学位高于最低要求'),
  (1, 'rotation.weight.chain', 0.20, null, '权重', '产业链需要该专业'),
  (1, 'rotation.weight.home', 0.15, null, '权重', '事业岗位在生源地'),
  (1, 'rotation.penalty.seat', 10000, null, '分', '每缺一个最少人数'),
  (1, 'rotation.clock.answer', 5, null, '工作日', '拟配置的答复时限');
update policy.versions set state = 'in_force', in_force_from = '2000-01-01' where version = 1;
