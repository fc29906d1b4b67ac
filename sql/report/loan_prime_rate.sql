create or replace view report.loan_prime_rate as
  select l.published_on, l.one_year_pct, l.five_year_pct, l.source,
    lead(l.published_on) over (order by l.published_on) - 1 as until_on,
    (select count(*) from finance.match m where m.signed_lpr_on = l.published_on) as signed
  from reference.lpr l;
comment on view report.loan_prime_rate is '贷款市场报价利率（LPR），逐次公布';
comment on column report.loan_prime_rate.published_on is '公布日期，自当日起适用';
comment on column report.loan_prime_rate.one_year_pct is '一年期（%）';
comment on column report.loan_prime_rate.five_year_pct is '五年期以上（%）';
comment on column report.loan_prime_rate.source is '录入或更正时所据的公告；随程序装入者为空';
comment on column report.loan_prime_rate.until_on is '适用至（含），现行者为空';
comment on column report.loan_prime_rate.signed is '按其签约的对接数；此后更正不改变已签利率';
