-- Up Migration
-- What validation made of a reading, and where it came from. No foreign keys from energy.reading: they would be looked up
-- for every row of a COPY; its writers make the row that they point to first, and neither table ever loses one.

-- The rules of validation by the numbers that readings keep.
create table energy.vee_rule (
  no smallint primary key,
  name text not null unique
);

-- One row for each event or job that brought readings.
create table energy.origin (
  id integer generated always as identity primary key,
  -- 'stream' (an event of the bus), 'bulk' (a load of history), 'estimation', 'edit'.
  kind text not null,
  -- Who sent it: a connector, a person, a job.
  source text not null,
  event_id text,
  topic text,
  partition integer,
  position text,
  event_version smallint,
  rules_version text,
  run_id text,
  received_at timestamptz not null,
  stored_at timestamptz not null default now()
);
create index origin_run on energy.origin (run_id) where run_id is not null;

-- What came and does not count: refused by a rule, or replaced by a later value. Never part of a rollup.
create table energy.reading_set_aside (
  id bigint generated always as identity primary key,
  meter_no integer not null,
  interval_s integer not null,
  time timestamptz not null,
  value double precision not null,
  quality smallint not null,
  rule smallint,
  origin integer,
  -- 'rejected' (by `rule`), 'replaced' (a later reading counts), 'edited'.
  reason text not null,
  -- Who did it: a person's subject, or the system's part.
  by text not null,
  at timestamptz not null default now()
);
create index reading_set_aside_place on energy.reading_set_aside (meter_no, time);

-- Readings that were stored and have yet to be announced: written with the readings, deleted when the bus has the events.
create table energy.announcement_due (
  id bigint generated always as identity primary key,
  meter_nos integer[] not null,
  -- The first and the last of each meter's readings, Unix ms.
  from_ms double precision[] not null,
  to_ms double precision[] not null,
  at timestamptz not null default now()
);

-- A database that has its readings already; a new one gets the columns with the table.
alter table if exists energy.reading add column if not exists rule smallint;
alter table if exists energy.reading add column if not exists origin integer;
