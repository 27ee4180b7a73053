-- Up Migration
-- Tables that are the same on every PostgreSQL. energy.reading and energy.reading_hour differ with the
-- storage engine (TimescaleDB or native partitions) and are made by storage/ after the migrations.
create schema if not exists energy;

-- A copy of portfolio's facts that energy's own questions need.
create table energy.building (
  id text primary key,
  site_id text not null,
  time_zone text not null,
  floor_area_sqm double precision,
  primary_use text not null
);
create index building_site on energy.building (site_id);

create table energy.meter (
  meter_no integer generated always as identity primary key,
  id text not null unique,
  building_id text not null references energy.building (id),
  type text not null,
  interval_s integer not null,
  first_reading_at timestamptz,
  last_reading_at timestamptz
);
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
);

create table energy.reading_month (
  meter_no integer not null,
  month date not null,
  sum double precision not null,
  min_rate double precision not null,
  max_rate double precision not null,
  covered_s integer not null,
  count integer not null,
  primary key (meter_no, month)
);

-- Spans of bulk-loaded readings whose rollups are not made yet: written with the readings, deleted with the rollups.
create table energy.rollup_due (
  id bigint generated always as identity primary key,
  meter_no integer not null,
  from_time timestamptz not null,
  to_time timestamptz not null
);
