-- Up Migration

-- How far each group has come in each partition, for groups whose effects are in this database: moved in the transaction that
-- writes the effect, and only from where the worker believes that it stands.
create table bus.position (
  group_name text not null,
  topic text not null,
  partition integer not null,
  lane text not null check (lane in ('live', 'again')),
  position text not null,
  -- Entries of the stream up to the position, since it began.
  count bigint not null,
  moved_at timestamptz not null default now(),
  primary key (group_name, topic, partition, lane)
);

-- Events that announce a change of this database, written by the transaction that makes it, and taken to the bus behind it.
create table bus.outbox (
  no bigint generated always as identity primary key,
  id uuid not null,
  event jsonb not null,
  added_at timestamptz not null default now()
);
