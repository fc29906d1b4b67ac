create or replace view report.headcount as
select i.code::text as institution_post, i.institution::text as institution, h.month,
    h.headcount, h.occupied, h.promised, h.occupied + h.promised as worst_case, h.offered,
    h.headcount - h.occupied - h.promised as free, i.region, i.jurisdiction::text as jurisdiction
  from registry.institution_posts i
  cross join lateral (
    select date_trunc('month', coalesce(max(r.business_date),
      (now() at time zone 'Asia/Shanghai')::date))::date as first_month
    from allocation.round r
    where r.mechanism = 'rotation' and r.kind = 'nightly'
      and r.jurisdiction = i.jurisdiction) t
  cross join lateral rotation.headcount_in(array[i.code::text], array(
    select (t.first_month + make_interval(months => n))::date from generate_series(0, 35) n)) h;
comment on view report.headcount is '编制台账：各事业岗位自最近一次政聘企培轮次所在月起三十六个月，按人人回来的最坏情形';
comment on column report.headcount.institution_post is '事业岗位编号';
comment on column report.headcount.institution is '事业单位';
comment on column report.headcount.month is '月份（首日）';
comment on column report.headcount.headcount is '编制数，含划转';
comment on column report.headcount.occupied is '已占用：期满落定于此者';
comment on column report.headcount.promised is '承诺：为派驻者保留者，含待答复的拟配置';
comment on column report.headcount.worst_case is '最坏情形：占用与承诺之和，不超过编制数';
comment on column report.headcount.offered is '承诺之中仅为拟配置者';
comment on column report.headcount.free is '可用：编制数减最坏情形';
comment on column report.headcount.region is '县市区代码';
comment on column report.headcount.jurisdiction is '辖区（地级市代码）';
