-- The two columns that lots of quotas came with are everybody's who sees the quota, readers' too: they are
-- granted columns, and a list without one of them is refused.

set local role yaosu_owner;

grant select (document_no, carry_over) on registry.land_quotas to yaosu_reader;
