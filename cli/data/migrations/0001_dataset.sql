-- Up Migration
create schema if not exists eaio;

-- The portfolio that this database was begun with: at most one row.
create table eaio.dataset (
  only_one boolean primary key default true check (only_one),
  content text not null,
  description text not null,
  begun_at timestamptz not null default now(),
  -- Null while its history is being loaded, and after a load that was broken off.
  loaded_at timestamptz
);
