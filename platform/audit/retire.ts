import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Pool } from 'pg';
import { inTransaction } from '../postgres/transaction.ts';
import { faultOf, genesis, type Link } from './chain.ts';
import { readLinks } from './store.ts';

export interface RetireOptions {
  readonly pool: Pool;
  /** Where archives go: one gzipped NDJSON file a segment. */
  readonly folder: string;
  /** Records before this instant are archived and leave the table. */
  readonly beforeMs: number;
  /** Records of one segment; default 50,000. */
  readonly segmentSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * Takes old records out of the table: written to a file, read back from it and verified, and only then deleted, which the
 * table allows for archived records alone. Resolves with how many went. @throws Error when the chain is not whole.
 */
export async function retireAudit(options: RetireOptions): Promise<number> {
  const { pool, folder, beforeMs, segmentSize = 50_000, signal } = options;
  await mkdir(folder, { recursive: true });
  let retired = 0;
  while (signal?.aborted !== true) {
    const before = await endOfArchive(pool);
    const young = await firstYoung(pool, beforeMs);
    const links = await readLinks(pool, { after: before.seq, limit: segmentSize, to: young - 1 });
    const last = links.at(-1);
    if (last === undefined) break;
    checkChain(before, links);
    const file = resolve(join(folder, `audit-${before.seq + 1}-${last.seq}.ndjson.gz`));
    const sha256 = await writeVerified(file, before, links);
    await inTransaction(pool, async (client) => {
      await client.query(
        `insert into audit.segment (first_seq, last_seq, last_hash, file, file_sha256) values ($1, $2, $3, $4, $5)`,
        [before.seq + 1, last.seq, last.hash, file, sha256],
      );
      await client.query('delete from audit.record where seq between $1 and $2', [before.seq + 1, last.seq]);
    });
    retired += links.length;
  }
  return retired;
}

/** The links of an archive, verified from `before` on. @throws Error that names the fault. */
export async function readArchive(
  file: string,
  before: { readonly seq: number; readonly hash: Buffer },
): Promise<readonly Link[]> {
  const text = (await unpack(await readFile(file))).toString('utf8');
  const links = text
    .split('\n')
    .filter((line) => line !== '')
    .map(fromLine);
  checkChain(before, links);
  return links;
}

async function writeVerified(
  file: string,
  before: { readonly seq: number; readonly hash: Buffer },
  links: readonly Link[],
): Promise<Buffer> {
  const packed = await pack(links.map((link) => `${toLine(link)}\n`).join(''));
  await writeFile(`${file}.part`, packed, { mode: 0o600 });
  const readBack = await readArchive(`${file}.part`, before);
  if (readBack.length !== links.length) throw new Error(`${file} does not hold all records that it should.`);
  await rename(`${file}.part`, file);
  return createHash('sha256').update(packed).digest();
}

const toLine = ({ seq, entry, previousHash, hash }: Link): string =>
  JSON.stringify([seq, previousHash.toString('hex'), hash.toString('hex'), entry]);

function fromLine(line: string): Link {
  const [seq, previous, hash, entry] = JSON.parse(line) as [number, string, string, string];
  return { seq, entry, previousHash: Buffer.from(previous, 'hex'), hash: Buffer.from(hash, 'hex') };
}

function checkChain(before: { readonly seq: number; readonly hash: Buffer }, links: readonly Link[]): void {
  let place = before;
  for (const link of links) {
    const fault = faultOf(place, link);
    if (fault !== undefined) throw new Error(`Nothing is archived: the audit chain is not whole. ${fault}`);
    place = link;
  }
}

async function endOfArchive(pool: Pool): Promise<{ readonly seq: number; readonly hash: Buffer }> {
  const { rows } = await pool.query<{ seq: string | number; hash: Buffer }>(
    'select last_seq as seq, last_hash as hash from audit.segment order by last_seq desc limit 1',
  );
  const [end] = rows;
  return end === undefined ? { seq: 0, hash: genesis } : { seq: Number(end.seq), hash: end.hash };
}

/** Records are archived in the chain's order: up to the first that is too young, whatever older ones lie behind it. */
async function firstYoung(pool: Pool, beforeMs: number): Promise<number> {
  const { rows } = await pool.query<{ seq: string | number | null }>(
    `select coalesce(min(seq), (select seq + 1 from audit.head)) as seq from audit.record where at_ms >= $1`,
    [Math.floor(beforeMs)],
  );
  return Number(rows[0]?.seq ?? 1);
}
