import type { Pool } from 'pg';
import type { AuditRecord } from './types.ts';

/** Which records are wanted, the newest first; what is not said does not matter. */
export interface AuditQuery {
  readonly subject?: string | undefined;
  readonly kind?: string | undefined;
  readonly outcome?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Older than the record of this number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface KeptRecord {
  readonly seq: number;
  /** Hex. */
  readonly hash: string;
  readonly record: AuditRecord;
}

/** For those with the scope `audit:read`; nothing in here is limited to buildings. */
export async function readRecords(pool: Pool, query: AuditQuery): Promise<readonly KeptRecord[]> {
  const { rows } = await pool.query<{ seq: string | number; hash: string; entry: string }>(
    `select seq, encode(hash, 'hex') as hash, entry from audit.record
     where ($1::text is null or subject = $1) and ($2::text is null or kind = $2) and ($3::text is null or outcome = $3)
       and ($4::bigint is null or at_ms >= $4) and ($5::bigint is null or at_ms < $5) and ($6::bigint is null or seq < $6)
     order by seq desc limit $7`,
    [
      query.subject ?? null,
      query.kind ?? null,
      query.outcome ?? null,
      query.fromMs ?? null,
      query.toMs ?? null,
      query.before ?? null,
      query.limit,
    ],
  );
  return rows.map(({ seq, hash, entry }) => ({
    seq: Number(seq),
    hash,
    record: JSON.parse(entry) as AuditRecord,
  }));
}
