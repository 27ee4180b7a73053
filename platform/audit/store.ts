import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../postgres/transaction.ts';
import { type Link, linksBehind } from './chain.ts';
import type { AuditRecord } from './types.ts';

/** Where the chain ends. */
export interface Head {
  readonly seq: number;
  readonly hash: Buffer;
  /** How far the stream was read; null at the beginning. */
  readonly position: string | null;
}

export async function readHead(db: Pool | PoolClient): Promise<Head> {
  const { rows } = await db.query<{ seq: string | number; hash: Buffer; position: string | null }>(
    'select seq, hash, position from audit.head',
  );
  const [head] = rows;
  if (head === undefined) throw new Error('audit.head has no row: the audit schema is not whole.');
  return { ...head, seq: Number(head.seq) };
}

/** Another writer has moved the end of the chain: this one may not lead any more. */
export class ChainMoved extends Error {
  constructor() {
    super('The audit chain was moved by another writer.');
    this.name = 'ChainMoved';
  }
}

/**
 * Appends records behind the chain's end and moves the position of the stream with them, in one transaction: each goes in
 * once, whatever dies. Records that are in already (published twice) are left out.
 * @throws ChainMoved when `from` is not the position any more.
 */
export function append(
  pool: Pool,
  batch: { readonly records: readonly AuditRecord[]; readonly from: string | null; readonly to: string },
): Promise<Head> {
  return inTransaction(pool, async (client) => {
    await client.query('select from audit.head for update');
    const head = await readHead(client);
    if (head.position !== batch.from) throw new ChainMoved();
    const known = await idsKnown(client, batch.records);
    const texts = new Map(
      batch.records.filter(({ id }) => !known.has(id)).map((record) => [record.id, JSON.stringify(record)]),
    );
    const links = linksBehind(head, [...texts.values()]);
    await insert(client, links);
    const { seq, hash } = links.at(-1) ?? head;
    await client.query('update audit.head set seq = $1, hash = $2, position = $3', [seq, hash, batch.to]);
    return { seq, hash, position: batch.to };
  });
}

async function idsKnown(client: PoolClient, records: readonly AuditRecord[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string }>(
    'select id from audit.record where id = any($1::uuid[])',
    [records.map(({ id }) => id)],
  );
  return new Set(rows.map(({ id }) => id));
}

async function insert(client: PoolClient, links: readonly Link[]): Promise<void> {
  await client.query(
    `insert into audit.record (seq, entry, previous_hash, hash)
     select * from unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[])`,
    [
      links.map(({ seq }) => seq),
      links.map(({ entry }) => entry),
      links.map(({ previousHash }) => previousHash),
      links.map(({ hash }) => hash),
    ],
  );
}

/** Links behind `after`, in order, at most `limit`. */
export async function readLinks(
  db: Pool | PoolClient,
  { after, limit, to }: { readonly after: number; readonly limit: number; readonly to?: number },
): Promise<readonly Link[]> {
  const { rows } = await db.query<{ seq: string | number; entry: string; previous: Buffer; hash: Buffer }>(
    `select seq, entry, previous_hash as previous, hash from audit.record
     where seq > $1 and ($3::bigint is null or seq <= $3) order by seq limit $2`,
    [after, limit, to ?? null],
  );
  return rows.map(({ seq, entry, previous, hash }) => ({
    seq: Number(seq),
    entry,
    previousHash: previous,
    hash,
  }));
}
