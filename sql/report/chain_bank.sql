create or replace view report.chain_bank as
  select b.term, b.chain, c.name as chain_name, pair.bank, k.name as bank_name, pair.role,
    lower(b.period) as from_on, upper(b.period) - 1 as until_on, b.reason, b.document_no, b.price,
    b.jurisdiction
  from finance.chain_bank b
  join finance.term_chain c using (jurisdiction, term, chain)
  cross join lateral (values (b.lead, 'lead'), (b.partner, 'partner')) as pair (bank, role)
  join registry.banks k on k.code = pair.bank;
comment on view report.chain_bank is '各任期各产业链的主办行与合作行';
comment on column report.chain_bank.term is '任期（年份）';
comment on column report.chain_bank.chain is '产业链编号';
comment on column report.chain_bank.chain_name is '产业链名称（该任期清单所载）';
comment on column report.chain_bank.bank is '银行联行号';
comment on column report.chain_bank.bank_name is '银行名称';
comment on column report.chain_bank.role is '角色：lead 主办行、partner 合作行';
comment on column report.chain_bank.from_on is '起日';
comment on column report.chain_bank.until_on is '止日（含）';
comment on column report.chain_bank.reason is '人工调整的理由，按计算确定时为空';
comment on column report.chain_bank.document_no is '人工调整的文号';
comment on column report.chain_bank.price is '人工调整的代价：按任期测算少得的分';
comment on column report.chain_bank.jurisdiction is '辖区（地级市代码）';
