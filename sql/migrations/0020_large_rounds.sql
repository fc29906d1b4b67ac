-- Rounds of any size.

-- ── the digest of a round's content, in a second form ───────────────────────────────────────────
--
-- The first form writes one fact a line and hashes one text: a round of a few million options needs a
-- sort of twenty million lines, and a text beyond what PostgreSQL holds in one value. The second form
-- hashes what belongs to a request on its own, and then the requests' digests. Rounds that are stored
-- keep the form that they were stored with.

set local role yaosu_owner;

alter table allocation.round add column content_form smallint not null default 1
  constraint round_content_form check (content_form in (1, 2));
alter table allocation.round alter column content_form set default 2;
comment on column allocation.round.content_form is
  '内容摘要的形式：1 全轮一份规范文本；2 先逐诉求摘要，再合为一份';

create function allocation.canonical_field(field text) returns text
language sql immutable parallel safe
as $$ select replace(replace(replace(field, E'\\', E'\\\\'), E'\t', E'\\t'), E'\n', E'\\n') $$;
comment on function allocation.canonical_field(text) is '规范文本的一个字段：转义反斜杠、制表符与换行';

-- Fields that need no escape, almost all, are joined without being taken apart.
create function allocation.canonical_fields(fields text[]) returns text
language plpgsql immutable parallel safe
as $$
declare
  joined text := array_to_string(fields, '');
begin
  if position(E'\\' in joined) = 0 and position(E'\t' in joined) = 0
    and position(E'\n' in joined) = 0 then
    return array_to_string(fields, E'\t');
  end if;
  return (
    select string_agg(allocation.canonical_field(f), E'\t' order by n)
    from unnest(fields) with ordinality as t (f, n));
end $$;
comment on function allocation.canonical_fields(text[]) is '规范文本的若干字段，以制表符分隔';

create function allocation.request_digest(of_round bigint, of_request integer) returns text
language sql stable
as $$
  select encode(sha256(convert_to(concat(
    (select string_agg(concat('option', E'\t', o.option_no, E'\t',
        allocation.canonical_field(o.resource), E'\t', trim_scale(o.amount), E'\t',
        allocation.canonical_field(o.unit), E'\t', o.score, E'\t',
        allocation.canonical_field(o.detail::text), E'\n'), '' order by o.option_no)
      from allocation.round_option o where o.round_id = of_round and o.request_no = of_request),
    (select string_agg(concat('use', E'\t', u.option_no, E'\t', u.row_no, E'\t', u.amount, E'\n'),
        '' order by u.option_no, u.row_no)
      from allocation.round_use u where u.round_id = of_round and u.request_no = of_request),
    (select string_agg(concat('refusal', E'\t', allocation.canonical_fields(
          array[f.rule, f.needed] || f.resources || f.found), E'\n'), '' order by f.rule collate "C")
      from allocation.round_refusal f where f.round_id = of_round and f.request_no = of_request),
    (select string_agg(concat('unserved', E'\t', allocation.canonical_fields(array[n.reason,
          coalesce(n.row_no::text, '-'), n.smallest_change::text, n.explanation_zh,
          n.explanation_en]), E'\n'), '')
      from allocation.round_unserved n where n.round_id = of_round and n.request_no = of_request),
    (select string_agg(concat('rank', E'\t', k.option_no, E'\t', coalesce(k.by_request::text, '-'),
        E'\t', coalesce(k.by_resource::text, '-'), E'\n'), '' order by k.option_no)
      from allocation.round_rank k where k.round_id = of_round and k.request_no = of_request)
    ), 'UTF8')), 'hex')
$$;
comment on function allocation.request_digest(bigint, integer) is '重算一轮中一项诉求所存各行的摘要';

alter function allocation.content_digest(bigint) rename to single_text_digest;
comment on function allocation.single_text_digest(bigint) is '重算一轮所存各行的摘要，第一种形式';

create function allocation.content_digest(of_round bigint) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select case r.content_form when 1 then allocation.single_text_digest(r.round_id) else (
    with lines as (
      select 0 as part, 0 as a, '' as b,
        allocation.canonical_line('round', r.mechanism, r.jurisdiction, r.business_date::text,
          r.policy_version::text, r.seed, r.input_digest, r.certificate, r.scale::text) as line
      union all
      select 1, k.row_no, '',
        allocation.canonical_line('row', k.row_no::text, k.row, k.kind, k.resource, k.unit,
          k.lower::text, k.upper::text, k.penalty::text, coalesce(k.price::text, '-'))
      from allocation.round_row k where k.round_id = r.round_id
      union all
      select 2, q.request_no, '',
        allocation.canonical_line('request', q.request_no::text, q.request, q.uscc, q.enterprise,
          q.lottery, coalesce(q.price::text, '-'), coalesce(q.chosen::text, '-'),
          allocation.request_digest(r.round_id, q.request_no))
      from allocation.round_request q where q.round_id = r.round_id
      union all
      select 3, 0, m.matching,
        allocation.canonical_line(variadic array['matching', m.matching] || m.choices::text[])
      from allocation.round_matching m where m.round_id = r.round_id)
    select encode(sha256(convert_to(
      string_agg(line, '' order by part, a, b collate "C"), 'UTF8')), 'hex') from lines) end
  from allocation.round r where r.round_id = of_round
$$;
comment on function allocation.content_digest(bigint) is '重算一轮所存各行的摘要，按该轮的形式';
grant execute on function allocation.content_digest(bigint) to yaosu_report;

-- ── statistics ──────────────────────────────────────────────────────────────────────────────────

-- A round of many options changes what the planner should know of these tables, and staff ask before
-- autovacuum comes by.
create function allocation.gather_statistics() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  analyze allocation.round, allocation.round_request, allocation.round_row,
    allocation.round_option, allocation.round_use, allocation.round_rank;
end $$;
comment on function allocation.gather_statistics() is '大轮次入库后，为查询计划收集统计';
