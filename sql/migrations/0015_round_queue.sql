-- Rounds that somebody has asked for and a worker is to compute.
--
-- What was asked and what came of it goes through the audit door. Who is at work on it changes every
-- few seconds and means nothing afterwards: the lease is a table of its own, which nobody watches.

set local role yaosu_owner;

create table allocation.queued_round (
  queued_id bigint generated always as identity primary key,
  mechanism allocation.mechanism not null,
  jurisdiction text not null references registry.regions (code),
  business_date date not null,
  asked_by text not null check (asked_by <> ''),
  asked_at timestamptz not null default transaction_timestamp(),
  state text not null default 'queued' check (state in ('queued', 'done', 'failed')),
  round_id bigint references allocation.round,
  fault text check (fault <> ''),
  ended_at timestamptz,
  constraint queued_round_outcome check (
    (round_id is not null) = (state = 'done') and (fault is not null) = (state = 'failed')
    and (ended_at is not null) = (state <> 'queued'))
);
create unique index queued_round_once on allocation.queued_round
  (mechanism, jurisdiction, business_date) where state = 'queued';
comment on table allocation.queued_round is '待算轮次：请工作进程计算的一轮';
comment on column allocation.queued_round.queued_id is '编号，先到先算';
comment on column allocation.queued_round.mechanism is '机制';
comment on column allocation.queued_round.jurisdiction is '辖区（地级市代码）';
comment on column allocation.queued_round.business_date is '业务日';
comment on column allocation.queued_round.asked_by is '提出者：部门代码，或命令';
comment on column allocation.queued_round.asked_at is '提出时间';
comment on column allocation.queued_round.state is '状态：queued 待算或正在计算、done 已算、failed 未能算出';
comment on column allocation.queued_round.round_id is '算出的轮次编号';
comment on column allocation.queued_round.fault is '未能算出的缘由';
comment on column allocation.queued_round.ended_at is '算出或放弃的时间';
select audit.watch('allocation.queued_round', array['queued_id']);
grant update (state, round_id, fault, ended_at) on allocation.queued_round to yaosu_service;

create table allocation.queue_lease (
  queued_id bigint primary key references allocation.queued_round,
  worker text not null check (worker <> ''),
  attempts integer not null default 1 check (attempts > 0),
  lapses_at timestamptz not null
);
comment on table allocation.queue_lease is
  '工作进程对待算轮次的租约：到期未续者，他人可接手；不入审计，轮次算完即删';
comment on column allocation.queue_lease.queued_id is '待算轮次编号';
comment on column allocation.queue_lease.worker is '工作进程：主机/进程号/随机数';
comment on column allocation.queue_lease.attempts is '第几次着手';
comment on column allocation.queue_lease.lapses_at is '到期时间；工作进程在此之前续约';
grant update, delete on allocation.queue_lease to yaosu_service;

create function allocation.wake_workers() returns trigger
language plpgsql
as $$
begin
  perform pg_notify('yaosu_rounds', '');
  return null;
end $$;
comment on function allocation.wake_workers() is '提交后唤醒等待的工作进程';
create trigger wake_workers after insert on allocation.queued_round
  for each statement execute function allocation.wake_workers();

-- An office asks for rounds of its own mechanism; supervision looks on.
insert into access.reach (subject, kind, reads, writes) values
  ('allocation.queued_round', 'office', 'own', 'own'),
  ('allocation.queued_round', 'natural_resources', 'own', 'own'),
  ('allocation.queued_round', 'finance_office', 'own', 'own'),
  ('allocation.queued_round', 'science_technology', 'own', 'own'),
  ('allocation.queued_round', 'human_resources', 'own', 'own'),
  ('allocation.queued_round', 'supervision', 'own', null);
select access.guard('allocation.queued_round',
  'mechanism::text = any ((select access.mechanisms())::text[])',
  'mechanism::text = any ((select access.mechanisms())::text[])');
revoke update on allocation.queued_round from yaosu_department;
grant select on allocation.queued_round to yaosu_reader;
select access.guard_for_service('allocation.queue_lease');
create policy reads on allocation.queue_lease for select to yaosu_reader, yaosu_department
  using (queued_id in (select q.queued_id from allocation.queued_round q));
grant select on allocation.queue_lease to yaosu_reader, yaosu_department;
