-- Up Migration
-- Estimates, edits, lineage of jobs, quality by day, and checks of what is kept against what came.

-- What estimation and editing write into a reading's rule. Validation's own rules have lower numbers.
insert into energy.vee_rule (no, name) values
  (240, 'estimate-interpolated'), (241, 'estimate-like-days'), (242, 'edited');

-- How gaps are filled: the row of the meter's type, else the one of type null.
create table energy.estimation_setting (
  meter_type text unique nulls not distinct,
  -- Gaps up to this long are interpolated, longer ones filled from like days.
  interpolate_up_to_s integer not null default 7200,
  -- Like days that are averaged, with how few there is no estimate, and how many weeks away they may be.
  like_days_wanted integer not null default 4,
  like_days_needed integer not null default 3 check (like_days_needed >= 1),
  like_days_weeks integer not null default 8 check (like_days_weeks between 1 and 53)
);
insert into energy.estimation_setting default values;

-- What people changed. Readings that an edit wrote name its origin; what it replaced is set aside under its id.
create table energy.edit (
  id bigint generated always as identity primary key,
  meter_no integer not null references energy.meter (meter_no),
  origin integer not null,
  operation text not null check (operation in ('SET', 'SCALE', 'REJECT', 'RESTORE')),
  factor double precision,
  reason text not null,
  by text not null,
  at timestamptz not null default now(),
  -- Where it reached: start included, end excluded.
  from_time timestamptz not null,
  to_time timestamptz not null,
  changed integer not null,
  undone_by text,
  undone_reason text,
  undone_at timestamptz
);
create index edit_meter on energy.edit (meter_no, id);

alter table energy.reading_set_aside add column edit bigint;
create index reading_set_aside_edit on energy.reading_set_aside (edit) where edit is not null;

-- OpenLineage's run events, as they were told.
create table energy.lineage_event (
  id bigint generated always as identity primary key,
  run_id uuid not null,
  job text not null,
  state text not null,
  at timestamptz not null,
  event jsonb not null
);
create index lineage_event_run on energy.lineage_event (run_id);
create index lineage_event_job on energy.lineage_event (job, id);

-- What can't be told from the readings themselves about how a meter's local day came in; for days that came live.
create table energy.quality_day (
  meter_no integer not null,
  day date not null,
  -- Readings that came by the stream, and those of them that came in time.
  live integer not null,
  in_time integer not null,
  -- Readings that came although the same had come before.
  repeated integer not null,
  -- Measures of which an alert was given that they fell.
  alerted text[] not null default '{}',
  primary key (meter_no, day)
) with (fillfactor = 90);

-- The portfolio's quality, for the metrics of every process: a row a meter type.
create table energy.quality_summary (
  meter_type text primary key,
  completeness double precision,
  validity double precision,
  timeliness double precision,
  uniqueness double precision,
  at timestamptz not null
);

-- Outcomes of the checks that stream, store and rollups agree.
create table energy.sync_check (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  from_time timestamptz not null,
  to_time timestamptz not null,
  checked bigint not null,
  differing bigint not null,
  mended bigint not null,
  -- The hours that differed, by partition: [{ kind, partition, hour, ... }], not all of very many.
  differences jsonb not null
);

-- What is doubted or estimated is little, and asked for by many answers: found without looking at what is good.
do $$ begin
  if to_regclass('energy.reading') is not null then
    create index if not exists reading_not_good on energy.reading (meter_no, time) where quality <> 0;
  end if;
end $$;
