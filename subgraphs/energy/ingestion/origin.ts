import type { ClientBase, Pool } from 'pg';

/** What brought readings: an event of the bus, or a job. */
export interface Origin {
  readonly kind: 'stream' | 'direct' | 'bulk' | 'estimation' | 'edit';
  /** Who sent it: a connector, a person, a job. */
  readonly source: string;
  readonly eventId?: string | undefined;
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly position?: string | undefined;
  /** Version of the event's schema. */
  readonly eventVersion?: number | undefined;
  readonly rulesVersion?: string | undefined;
  /** A job's run, as its OpenLineage events name it. */
  readonly runId?: string | undefined;
  readonly receivedAtMs: number;
}

/** Notes where readings come from, in the order given; before the readings, in their transaction. Returns the rows' ids. */
export async function noteOrigins(
  client: ClientBase | Pool,
  origins: readonly Origin[],
): Promise<readonly number[]> {
  const { rows } = await client.query<{ id: number }>({
    name: 'note-origins',
    text: `insert into energy.origin (kind, source, event_id, topic, partition, position, event_version, rules_version, run_id, received_at)
     select kind, source, event_id, topic, partition, position, event_version, rules_version, run_id, to_timestamp(received_ms / 1000)
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::smallint[], $8::text[], $9::text[], $10::float8[])
       with ordinality as o(kind, source, event_id, topic, partition, position, event_version, rules_version, run_id, received_ms, place)
     order by place returning id`,
    values: [
      origins.map(({ kind }) => kind),
      origins.map(({ source }) => source),
      origins.map(({ eventId }) => eventId ?? null),
      origins.map(({ topic }) => topic ?? null),
      origins.map(({ partition }) => partition ?? null),
      origins.map(({ position }) => position ?? null),
      origins.map(({ eventVersion }) => eventVersion ?? null),
      origins.map(({ rulesVersion }) => rulesVersion ?? null),
      origins.map(({ runId }) => runId ?? null),
      origins.map(({ receivedAtMs }) => receivedAtMs),
    ],
  });
  return rows.map(({ id }) => id);
}
