-- Up Migration
create schema if not exists audit;

-- Who did what, in the order in which the one writer took it. `entry` is the record as it was sent, byte for byte, and what
-- the hash is of; the other columns are computed from it, so that none of them can say another thing.
create table audit.record (
  seq bigint primary key,
  entry text not null,
  previous_hash bytea not null,
  -- sha256(previous_hash || seq as text || ':' || entry)
  hash bytea not null,
  id uuid not null generated always as (((entry::jsonb) ->> 'id')::uuid) stored,
  at_ms bigint not null generated always as (((entry::jsonb) ->> 'atMs')::bigint) stored,
  kind text not null generated always as ((entry::jsonb) ->> 'kind') stored,
  subject text generated always as ((entry::jsonb) ->> 'subject') stored,
  outcome text not null generated always as ((entry::jsonb) ->> 'outcome') stored
);
create unique index record_id on audit.record (id);
create index record_at on audit.record (at_ms, seq);
create index record_subject on audit.record (subject, seq);

-- Where the chain ends and how far the stream was read: moved in the transaction that appends.
create table audit.head (
  only_one boolean primary key default true check (only_one),
  seq bigint not null,
  hash bytea not null,
  position text
);
insert into audit.head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

-- Parts of the chain that were written to an archive, verified there, and then taken out of the table.
create table audit.segment (
  first_seq bigint primary key,
  last_seq bigint not null unique check (last_seq >= first_seq),
  last_hash bytea not null,
  file text not null,
  file_sha256 bytea not null,
  archived_at timestamptz not null default now()
);

create function audit.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'audit.% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'insufficient_privilege';
end $$;

create function audit.only_archived() returns trigger language plpgsql as $$
begin
  if exists (select from audit.segment where old.seq between first_seq and last_seq) then
    return old;
  end if;
  raise exception 'audit.record is append-only: record % is in no archive', old.seq using errcode = 'insufficient_privilege';
end $$;

create trigger record_is_never_changed before update or truncate on audit.record
  for each statement execute function audit.refuse();
create trigger record_is_kept before delete on audit.record for each row execute function audit.only_archived();
create trigger segment_is_never_changed before update or delete or truncate on audit.segment
  for each statement execute function audit.refuse();
create trigger head_is_kept before delete or truncate on audit.head for each statement execute function audit.refuse();

revoke all on all tables in schema audit from public;
do $$
begin
  execute format('revoke update, truncate on audit.record from %I', current_user);
  execute format('revoke update, delete, truncate on audit.segment from %I', current_user);
  execute format('revoke delete, truncate on audit.head from %I', current_user);
end $$;
