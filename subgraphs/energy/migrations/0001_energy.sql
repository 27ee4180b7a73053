-- Up Migration
-- Tables that are the same on every PostgreSQL. energy.reading, energy.reading_hour and the view energy.hourly differ
-- with the storage engine (TimescaleDB or native partitions) and are made by storage/ after the migrations.
create schema if not exists energy;

-- Which engine keeps this database's readings: one row, written with the engine's tables.
create table energy.storage (
  only_row boolean primary key default true check (only_row),
  engine text not null check (engine in ('native', 'timescale'))
);

-- A copy of portfolio's facts that energy's own questions need.
create table energy.building (
  id text primary key,
  site_id text not null,
  time_zone text not null,
  floor_area_sqm double precision,
  primary_use text not null
);
create index building_site on energy.building (site_id);

-- Whoever changes a meter's rollups holds its row's lock (for no key update), taken in the order of meter_no.
-- Every batch of readings moves last_reading_at: room in the pages keeps these updates out of the indexes.
create table energy.meter (
  meter_no integer generated always as identity primary key,
  id text not null unique,
  building_id text not null references energy.building (id),
  type text not null,
  interval_s integer not null,
  first_reading_at timestamptz,
  last_reading_at timestamptz
) with (fillfactor = 50);
create index meter_building on energy.meter (building_id);

-- Rollups by the building's own local day and month. Rates are in the meter's unit per hour.
create table energy.reading_day (
  meter_no integer not null,
  day date not null,
  sum double precision not null,
  min_rate double precision not null,
  max_rate double precision not null,
  covered_s integer not null,
  count integer not null,
  primary key (meter_no, day)
) with (fillfactor = 90);

create table energy.reading_month (
  meter_no integer not null,
  month date not null,
  sum double precision not null,
  min_rate double precision not null,
  max_rate double precision not null,
  covered_s integer not null,
  count integer not null,
  primary key (meter_no, month)
) with (fillfactor = 90);

-- Spans of bulk-loaded readings whose rollups are not made yet: written with the readings, deleted with the rollups.
-- from_time and to_time are the first and the last reading of the span.
create table energy.rollup_due (
  id bigint generated always as identity primary key,
  meter_no integer not null,
  from_time timestamptz not null,
  to_time timestamptz not null,
  -- Some of the readings cover less than an hour, or did before they were replaced: the hours are due too.
  sub_hourly boolean not null
);
