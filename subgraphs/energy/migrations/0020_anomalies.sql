-- Up Migration
-- Validation's rules by number, what meters have of their own, what is remembered of meters, and what is wrong with them.
insert into energy.vee_rule (no, name) values
  (1, 'range'), (2, 'negative'), (3, 'rate-of-change'), (4, 'stuck'), (5, 'zero-run'), (6, 'spike'), (7, 'gap'),
  (8, 'duplicate'), (9, 'late'), (10, 'future'), (11, 'clock-shift'), (12, 'unit-jump');

-- Where a meter's rules differ from its type's: { "spike": { "sigmas": 8 } }.
create table energy.vee_override (
  meter_no integer primary key references energy.meter (meter_no),
  rules jsonb not null,
  reason text not null,
  by text not null,
  at timestamptz not null default now()
);

-- What the stream has taught about a meter, as of some reading: what was stored since is read again. One row for
-- validation (part 'vee') and one for detection ('detect'), each written in the transaction of its own effects.
create table energy.meter_memory (
  meter_no integer not null,
  part text not null,
  state bytea not null,
  at timestamptz not null default now(),
  primary key (meter_no, part)
);

-- One row for what is wrong with a meter from one time to another; found again, it is the same row.
create table energy.anomaly (
  id bigint generated always as identity primary key,
  meter_no integer not null references energy.meter (meter_no),
  kind text not null,
  severity smallint not null,
  started_at timestamptz not null,
  -- As far as is known; excluded.
  ended_at timestamptz not null,
  open boolean not null,
  found_at timestamptz not null,
  -- Mean rates, in the meter's unit per hour; null where there is nothing to compare.
  expected double precision,
  actual double precision,
  acknowledged_by text,
  acknowledged_at timestamptz,
  note text,
  unique (meter_no, kind, started_at)
);
create index anomaly_meter on energy.anomaly (meter_no, started_at desc, id desc);
create index anomaly_open on energy.anomaly (started_at desc, id desc) where open;

-- Events about anomalies that the bus does not have yet: written with the anomaly, deleted when it has them.
create table energy.anomaly_due (
  id bigint generated always as identity primary key,
  event jsonb not null
);
