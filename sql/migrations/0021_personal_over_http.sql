-- Over HTTP names of persons are masked, and told to who tells a purpose. The service asks for its callers by
-- the door that leaves the trace.

set local role yaosu_owner;

grant usage on schema report to yaosu_service;
grant execute on function report.ask_personal(text, text, text, text) to yaosu_service;
