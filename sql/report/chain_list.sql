-- The list of chains as it stands: who leads each, and which are off the list.

create or replace view report.chain_list as
  select c.jurisdiction, c.code as chain, c.name as chain_name, day.as_of,
    not exists (
      select from finance.chain_absence x
      where (x.jurisdiction, x.chain) = (c.jurisdiction, c.code) and x.period @> day.as_of)
      as is_listed, b.lead, b.partner,
    lower(a.period) as off_from, upper(a.period) - 1 as off_until, a.reason, a.document_no
  from registry.chains c
  cross join lateral (select finance.as_of(c.jurisdiction) as as_of) day
  left join lateral (
    select a.* from finance.chain_absence a
    where (a.jurisdiction, a.chain) = (c.jurisdiction, c.code)
    order by lower(a.period) desc limit 1) a on true
  left join finance.chain_bank b
    on b.jurisdiction = c.jurisdiction and b.chain = c.code and b.period @> day.as_of;
comment on view report.chain_list is
  '产业链清单：现任两行与退出情况；在清单上而无两行者，运行 designate-banks 即可补定';
comment on column report.chain_list.jurisdiction is '辖区（地级市代码）';
comment on column report.chain_list.chain is '产业链编号';
comment on column report.chain_list.chain_name is '产业链名称';
comment on column report.chain_list.as_of is '截至：融资轮次最近的业务日，尚无轮次时为今日';
comment on column report.chain_list.is_listed is '是否在清单上';
comment on column report.chain_list.lead is '主办行，没有则为空';
comment on column report.chain_list.partner is '合作行，没有则为空';
comment on column report.chain_list.off_from is '最近一次退出清单的起日';
comment on column report.chain_list.off_until is '最近一次退出的止日（含），尚未重新列入则为空';
comment on column report.chain_list.reason is '退出的理由';
comment on column report.chain_list.document_no is '退出的文号';
