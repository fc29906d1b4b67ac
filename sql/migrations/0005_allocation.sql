-- Rounds as they were solved, and the offers that came of them.
--
-- Everything that a certificate, an explanation or a difference needs is a row, so that each of
-- them is a query. The tables of a round are written once, in one transaction, and never changed:
-- `content_digest` covers them, and the round's own row goes through the audit door.

set local role yaosu_owner;

create domain allocation.mechanism as text
  check (value in ('land', 'finance', 'techvp', 'rotation', 'housing'));
comment on domain allocation.mechanism is
  '机制：land 土地、finance 一链两行多企、techvp 科技副总、rotation 政聘企培、housing 送房';
create domain allocation.digest as text check (value ~ '^[0-9a-f]{64}$');
comment on domain allocation.digest is 'SHA-256 摘要，十六进制';

create table allocation.round (
  round_id bigint generated always as identity primary key,
  mechanism allocation.mechanism not null,
  jurisdiction text not null references registry.regions (code),
  business_date date not null,
  kind text not null check (kind in ('nightly', 'what_if')),
  status text not null check (status in ('optimal', 'within', 'time_limit', 'stable')),
  policy_version integer not null references policy.versions,
  seed text not null,
  input_digest allocation.digest not null,
  content_digest allocation.digest not null,
  requests integer not null check (requests >= 0),
  options integer not null check (options >= 0),
  assigned integer not null check (assigned between 0 and requests),
  objective bigint not null,
  bound bigint not null,
  certificate text not null check (certificate in ('price', 'knapsack')),
  scale bigint not null check (scale > 0),
  algorithm text not null,
  solve_ms numeric(12, 3) not null check (solve_ms >= 0),
  started_at timestamptz not null,
  finished_at timestamptz not null
);
comment on table allocation.round is '轮次：一个机制 × 辖区 × 业务日的一次求解';
comment on column allocation.round.round_id is '轮次编号';
comment on column allocation.round.mechanism is '机制';
comment on column allocation.round.jurisdiction is '辖区（地级市代码）';
comment on column allocation.round.business_date is '业务日';
comment on column allocation.round.kind is '类别：nightly 夜间、what_if 试算';
comment on column allocation.round.status is
  '状态：optimal 已证最优、within 在给出的差距之内、time_limit 到时停止、stable 稳定';
comment on column allocation.round.policy_version is '政策版本';
comment on column allocation.round.seed is '摇号种子';
comment on column allocation.round.input_digest is '输入快照的摘要';
comment on column allocation.round.content_digest is '本轮所存各行的摘要';
comment on column allocation.round.requests is '诉求数';
comment on column allocation.round.options is '可选项数';
comment on column allocation.round.assigned is '获配数';
comment on column allocation.round.objective is '总分';
comment on column allocation.round.bound is '总分的上界';
comment on column allocation.round.certificate is '证明形式：price 价格、knapsack 背包';
comment on column allocation.round.scale is '影子价格的定点单位：价格 = 整数 ÷ 此数';
comment on column allocation.round.algorithm is '算法';
comment on column allocation.round.solve_ms is '求解用时（毫秒）';
comment on column allocation.round.started_at is '开始时间';
comment on column allocation.round.finished_at is '结束时间';
create unique index round_one_night on allocation.round (mechanism, jurisdiction, business_date)
  where kind = 'nightly';
select audit.watch('allocation.round', array['round_id']);

create table allocation.round_request (
  round_id bigint not null references allocation.round,
  request_no integer not null check (request_no >= 0),
  request text not null,
  uscc text not null,
  enterprise text not null,
  lottery text not null check (lottery ~ '^[0-9a-f]{16}$'),
  price bigint check (price >= 0),
  chosen integer check (chosen >= 0),
  primary key (round_id, request_no),
  unique (round_id, request)
);
create index on allocation.round_request (request);
comment on table allocation.round_request is '一轮中的诉求与所选';
comment on column allocation.round_request.round_id is '轮次编号';
comment on column allocation.round_request.request_no is '轮内序号，从 0 起';
comment on column allocation.round_request.request is '诉求编号';
comment on column allocation.round_request.uscc is '统一社会信用代码';
comment on column allocation.round_request.enterprise is '企业名称（当时）';
comment on column allocation.round_request.lottery is '摇号数：SHA-256(种子 ‖ 诉求编号) 的前 8 字节';
comment on column allocation.round_request.price is '背包证明中诉求的价格（定点）';
comment on column allocation.round_request.chosen is '所选可选项的序号，空为未获配';

create table allocation.round_row (
  round_id bigint not null references allocation.round,
  row_no integer not null check (row_no >= 0),
  row text not null,
  kind text not null,
  resource text not null,
  unit text not null,
  lower bigint not null,
  upper bigint not null,
  penalty bigint not null,
  price bigint,
  primary key (round_id, row_no),
  unique (round_id, row)
);
comment on table allocation.round_row is '一轮中的约束行与影子价格';
comment on column allocation.round_row.round_id is '轮次编号';
comment on column allocation.round_row.row_no is '轮内序号，从 0 起';
comment on column allocation.round_row.row is '约束行名：类别:编号';
comment on column allocation.round_row.kind is '类别';
comment on column allocation.round_row.resource is '资源编号';
comment on column allocation.round_row.unit is '单位';
comment on column allocation.round_row.lower is '下限';
comment on column allocation.round_row.upper is '上限';
comment on column allocation.round_row.penalty is '每缺一单位下限所扣分';
comment on column allocation.round_row.price is '影子价格（定点），空为背包证明中保留的行';

create table allocation.round_option (
  round_id bigint not null references allocation.round,
  request_no integer not null,
  option_no integer not null check (option_no >= 0),
  resource text not null,
  detail jsonb not null,
  amount numeric not null,
  unit text not null,
  score bigint not null check (score >= 0),
  primary key (round_id, request_no, option_no)
);
comment on table allocation.round_option is '一轮中的可选项';
comment on column allocation.round_option.round_id is '轮次编号';
comment on column allocation.round_option.request_no is '诉求的轮内序号';
comment on column allocation.round_option.option_no is '诉求之内的序号，从 0 起';
comment on column allocation.round_option.resource is '资源编号';
comment on column allocation.round_option.detail is '其余要素';
comment on column allocation.round_option.amount is '数量';
comment on column allocation.round_option.unit is '单位';
comment on column allocation.round_option.score is '得分';

create table allocation.round_use (
  round_id bigint not null references allocation.round,
  request_no integer not null,
  option_no integer not null,
  row_no integer not null,
  amount bigint not null check (amount > 0),
  primary key (round_id, request_no, option_no, row_no)
);
comment on table allocation.round_use is '可选项对约束行的占用';
comment on column allocation.round_use.round_id is '轮次编号';
comment on column allocation.round_use.request_no is '诉求的轮内序号';
comment on column allocation.round_use.option_no is '可选项序号';
comment on column allocation.round_use.row_no is '约束行的轮内序号';
comment on column allocation.round_use.amount is '占用量';

-- One row a (request, rule) with parallel arrays: a night has tens of thousands of failed pairs.
create table allocation.round_refusal (
  round_id bigint not null references allocation.round,
  request_no integer not null,
  rule text not null,
  needed text not null,
  resources text[] not null,
  found text[] not null,
  primary key (round_id, request_no, rule),
  check (cardinality(resources) = cardinality(found))
);
comment on table allocation.round_refusal is '诉求与资源不合规则之处，两边数值俱在';
comment on column allocation.round_refusal.round_id is '轮次编号';
comment on column allocation.round_refusal.request_no is '诉求的轮内序号';
comment on column allocation.round_refusal.rule is '规则';
comment on column allocation.round_refusal.needed is '诉求一方的要求';
comment on column allocation.round_refusal.resources is '不合的各资源编号';
comment on column allocation.round_refusal.found is '各资源一方的数值，与编号一一对应';

create table allocation.round_unserved (
  round_id bigint not null references allocation.round,
  request_no integer not null,
  reason text not null
    check (reason in ('no_option', 'outbid', 'quota', 'capacity', 'declined', 'unstable')),
  row_no integer,
  smallest_change json not null,
  explanation_zh text not null,
  explanation_en text not null,
  primary key (round_id, request_no)
);
comment on table allocation.round_unserved is '未获配的诉求及其缘由';
comment on column allocation.round_unserved.round_id is '轮次编号';
comment on column allocation.round_unserved.request_no is '诉求的轮内序号';
comment on column allocation.round_unserved.reason is
  '缘由：no_option 无可选项、outbid 得分不及、quota 指标不足、capacity 名额不足、declined 已被谢绝、unstable 不稳定';
comment on column allocation.round_unserved.row_no is '起决定作用的约束行';
comment on column allocation.round_unserved.smallest_change is '足以获配的最小改变';
comment on column allocation.round_unserved.explanation_zh is '说明（中文）';
comment on column allocation.round_unserved.explanation_en is '说明（英文）';

-- What belongs to a round comes with it, in its event, or not at all.
create function allocation.require_own_round() returns trigger
language plpgsql
as $$
begin
  if exists (
    select from (select distinct n.round_id from new_rows n) n
    left join allocation.round r using (round_id)
    where r.event_id is distinct from audit.open_event_id()) then
    raise exception '%.% is written with its round only', tg_table_schema, tg_table_name
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  return null;
end $$;
comment on function allocation.require_own_round() is '轮次所属各行只与该轮次同一事件写入';

do $$
declare
  part text;
begin
  foreach part in array array['request', 'row', 'option', 'use', 'refusal', 'unserved'] loop
    execute format(
      'create trigger _900_own_round after insert on allocation.round_%s
        referencing new table as new_rows
        for each statement execute function allocation.require_own_round()', part);
  end loop;
end $$;

-- What a round stored, as text with one line a fact, and its digest. Swift writes the same lines
-- when it stores the round; docs/decisions/0004 gives the form.
create function allocation.canonical_line(variadic fields text[]) returns text
language sql immutable
as $$
  select string_agg(
    replace(replace(replace(f, E'\\', E'\\\\'), E'\t', E'\\t'), E'\n', E'\\n'), E'\t' order by n)
    || E'\n'
  from unnest(fields) with ordinality as t (f, n)
$$;
comment on function allocation.canonical_line(text[]) is '规范文本的一行：以制表符分隔，转义后逐字段写出';

create function allocation.content_digest(of_round bigint) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  with lines as (
    select 0 as part, 0 as a, 0 as b, '' as c,
      allocation.canonical_line('round', r.mechanism, r.jurisdiction, r.business_date::text,
        r.policy_version::text, r.seed, r.input_digest, r.certificate, r.scale::text) as line
    from allocation.round r where r.round_id = of_round
    union all
    select 1, k.row_no, 0, '',
      allocation.canonical_line('row', k.row_no::text, k.row, k.kind, k.resource, k.unit,
        k.lower::text, k.upper::text, k.penalty::text, coalesce(k.price::text, '-'))
    from allocation.round_row k where k.round_id = of_round
    union all
    select 2, q.request_no, 0, '',
      allocation.canonical_line('request', q.request_no::text, q.request, q.uscc, q.enterprise,
        q.lottery, coalesce(q.price::text, '-'), coalesce(q.chosen::text, '-'))
    from allocation.round_request q where q.round_id = of_round
    union all
    select 3, o.request_no, o.option_no, '',
      allocation.canonical_line('option', o.request_no::text, o.option_no::text, o.resource,
        trim_scale(o.amount)::text, o.unit, o.score::text)
    from allocation.round_option o where o.round_id = of_round
    union all
    select 4, d.request_no, d.option_no, d.name,
      allocation.canonical_line('detail', d.request_no::text, d.option_no::text, d.name, d.value)
    from (
      select o.request_no, o.option_no, pair.key as name, pair.value
      from allocation.round_option o cross join lateral jsonb_each_text(o.detail) pair
      where o.round_id = of_round) d
    union all
    select 5, u.request_no, u.option_no, lpad(u.row_no::text, 10, '0'),
      allocation.canonical_line('use', u.request_no::text, u.option_no::text, u.row_no::text,
        u.amount::text)
    from allocation.round_use u where u.round_id = of_round
    union all
    select 6, f.request_no, 0, f.rule,
      allocation.canonical_line(variadic
        array['refusal', f.request_no::text, f.rule, f.needed] || f.resources || f.found)
    from allocation.round_refusal f where f.round_id = of_round
    union all
    select 7, n.request_no, 0, '',
      allocation.canonical_line('unserved', n.request_no::text, n.reason,
        coalesce(n.row_no::text, '-'), n.smallest_change::text, n.explanation_zh,
        n.explanation_en)
    from allocation.round_unserved n where n.round_id = of_round)
  select encode(sha256(convert_to(
    coalesce(string_agg(line, '' order by part, a, b, c collate "C"), ''), 'UTF8')), 'hex')
  from lines
$$;
comment on function allocation.content_digest(bigint) is '重算一轮所存各行的摘要';

-- ── offers ──────────────────────────────────────────────────────────────────────────────────────

create table allocation.offer_arrow (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
comment on table allocation.offer_arrow is '拟配置状态之间允许的去向';
comment on column allocation.offer_arrow.from_state is '原状态';
comment on column allocation.offer_arrow.to_state is '新状态';
-- The service is bound by the arrows; it does not draw them.
revoke insert on allocation.offer_arrow from yaosu_service;
insert into allocation.offer_arrow values
  ('offered', 'accepted'), ('offered', 'declined'), ('offered', 'expired'),
  ('offered', 'withdrawn'), ('accepted', 'released');

create table allocation.offer (
  offer_id bigint generated always as identity primary key,
  round_id bigint not null references allocation.round,
  mechanism allocation.mechanism not null,
  jurisdiction text not null references registry.regions (code),
  department text,
  request text not null,
  uscc text not null,
  resource text not null,
  detail jsonb not null,
  amount numeric not null check (amount > 0),
  unit text not null,
  score bigint not null,
  state text not null default 'offered'
    check (state in ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'released')),
  due_on date not null,
  due_is_provisional boolean not null,
  unique (round_id, request)
);
comment on table allocation.offer is '拟配置：轮次所选，待人答复';
comment on column allocation.offer.offer_id is '拟配置编号';
comment on column allocation.offer.round_id is '轮次编号';
comment on column allocation.offer.mechanism is '机制';
comment on column allocation.offer.jurisdiction is '辖区（地级市代码）';
comment on column allocation.offer.department is '应答单位';
comment on column allocation.offer.request is '诉求编号';
comment on column allocation.offer.uscc is '统一社会信用代码';
comment on column allocation.offer.resource is '资源编号';
comment on column allocation.offer.detail is '其余要素';
comment on column allocation.offer.amount is '数量';
comment on column allocation.offer.unit is '单位';
comment on column allocation.offer.score is '得分';
comment on column allocation.offer.state is
  '状态：offered 待答复、accepted 已接受、declined 已谢绝、expired 已过期、withdrawn 已撤回、released 已释放';
comment on column allocation.offer.due_on is '答复期限';
comment on column allocation.offer.due_is_provisional is '期限为预计：该年节假日通知尚未收录';
create unique index offer_one_live_a_request on allocation.offer (mechanism, request)
  where state in ('offered', 'accepted');
create unique index offer_one_live_an_expert on allocation.offer (resource)
  where mechanism = 'techvp' and state in ('offered', 'accepted');
create index on allocation.offer (mechanism, jurisdiction, state, due_on);
select audit.watch('allocation.offer', array['offer_id']);
grant update (state) on allocation.offer to yaosu_service;

create function allocation.live_offers(on_date date) returns setof allocation.offer
language sql stable
as $$
  select o.* from allocation.offer o
  where o.state = 'accepted' or (o.state = 'offered' and o.due_on >= on_date)
$$;
comment on function allocation.live_offers(date) is '某日仍占用资源的拟配置：已接受的，与未过期限待答复的';

create function allocation.follow_arrow() returns trigger
language plpgsql
as $$
begin
  if not exists (
    select from allocation.offer_arrow a
    where a.from_state = old.state and a.to_state = new.state) then
    raise exception 'offer %: no arrow from % to %', old.offer_id, old.state, new.state
      using errcode = 'check_violation', constraint = 'offer_arrow';
  end if;
  return new;
end $$;
comment on function allocation.follow_arrow() is '状态只沿允许的去向变化';
create trigger _300_arrow before update of state on allocation.offer
  for each row when (old.state is distinct from new.state)
  execute function allocation.follow_arrow();

-- Views run functions as whoever reads them.
grant execute on function allocation.content_digest(bigint) to yaosu_report;
