-- Up Migration
-- Sites and buildings. Ids and sort keys compare by bytes (collate "C"), so that pages are the same on every database.
create schema if not exists portfolio;

create table portfolio.site (
  id text collate "C" primary key check (id <> ''),
  name text not null,
  time_zone text not null,
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  -- What a search for words looks into. LIKE '%word%' reads it row by row: a portfolio has thousands of rows, not millions,
  -- and no extension (pg_trgm) is to be needed.
  search text not null generated always as (lower(id || ' ' || name)) stored,
  check ((latitude is null) = (longitude is null))
);

create table portfolio.building (
  id text collate "C" primary key check (id <> ''),
  site_id text collate "C" not null references portfolio.site (id),
  name text not null,
  primary_use text not null,
  sub_use text,
  floor_area_sqm double precision check (floor_area_sqm > 0),
  time_zone text not null,
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  year_built integer check (year_built between 1000 and 9999),
  floors integer check (floors > 0),
  occupants integer check (occupants >= 0),
  energy_star_score integer check (energy_star_score between 1 and 100),
  published_site_eui double precision check (published_site_eui >= 0),
  heating_type text,
  industry text,
  sub_industry text,
  leed_level text,
  -- People sort names without regard to case.
  name_key text collate "C" not null generated always as (lower(name)) stored,
  search text not null generated always as (lower(id || ' ' || name || ' ' || coalesce(sub_use, ''))) stored,
  check ((latitude is null) = (longitude is null))
);

-- One for each order in which buildings are listed, and one for a site's own list.
create index building_site on portfolio.building (site_id, id);
create index building_name on portfolio.building (name_key, id);
create index building_floor_area on portfolio.building (floor_area_sqm desc nulls last, id);
create index building_year_built on portfolio.building (year_built desc nulls last, id);
