-- A repeated answer goes to whoever was given it first: two bearers of a department may have other
-- rights, or another prefecture. Answers from before belong to nobody: they only repeated themselves.

set local role yaosu_owner;

delete from access.answered;
alter table access.answered add column bearer text not null check (bearer <> '');
comment on column access.answered.bearer is
  '持有人及其权限：令牌编号，或身份提供方的用户名；角色；所限辖区。幂等键只对同一持有人有效';
alter table access.answered drop constraint answered_pkey,
  add primary key (department, bearer, key);
