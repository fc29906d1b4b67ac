-- Offices that work over HTTP keep the list of chains, the loan prime rate and conflicts of interest
-- there. Written at the desks, in the service's role: nobody is given more than the right to read.

set local role yaosu_owner;

-- Who sees which chains have two banks, sees which have none; a bank needs it for its own customers.
insert into access.reach (subject, kind, reads)
select 'finance.chain_absence', k.kind, 'all'
from access.kind k
where k.kind in ('office', 'finance_office', 'industry', 'investment', 'supervision', 'county', 'bank');
select access.guard('finance.chain_absence', 'false', 'false');
grant select on finance.chain_absence to yaosu_reader;

-- Published by the central bank for everybody.
grant select on reference.lpr to yaosu_reader, yaosu_department;
