import type { Pool } from 'pg';
import type { AnchorStore } from './anchor.ts';
import { faultOf, genesis, type Link } from './chain.ts';
import { readLinks } from './store.ts';

export interface Verification {
  /** Records whose hashes were computed anew. */
  readonly checked: number;
  /** The last record that the table has. */
  readonly last: number;
  /** Each in a sentence; none when the chain is whole. At most `maxFaults`. */
  readonly faults: readonly string[];
}

const batch = 5_000;
const maxFaults = 100;

interface Place {
  readonly seq: number;
  readonly hash: Buffer;
}

/** Computes the whole chain anew, from the last archived segment on, and holds it against what is known apart from the database. */
export async function verifyAudit({
  pool,
  anchors,
}: {
  readonly pool: Pool;
  readonly anchors: readonly AnchorStore[];
}): Promise<Verification> {
  // Read first: what is written meanwhile may only lie behind them.
  const known = await Promise.all(
    anchors.map(async (anchor) => ({ name: anchor.name, at: await anchor.read() })),
  );
  const segments = await readSegments(pool);
  const faults: string[] = [...segments.faults];
  let place: Place = segments.end;
  let checked = 0;
  const marks = new Map<number, string>([[place.seq, place.hash.toString('hex')]]);
  const wanted = new Set(known.flatMap(({ at }) => (at === undefined ? [] : [at.seq])));
  for (;;) {
    const links: readonly Link[] = await readLinks(pool, { after: place.seq, limit: batch });
    for (const link of links) {
      const fault = faultOf(place, link);
      if (fault !== undefined && faults.length < maxFaults) faults.push(fault);
      if (wanted.has(link.seq)) marks.set(link.seq, link.hash.toString('hex'));
      place = link;
    }
    checked += links.length;
    if (links.length < batch) break;
  }
  for (const { name, at } of known) {
    if (at === undefined || at.seq < segments.end.seq) continue;
    const hash = marks.get(at.seq);
    if (hash === at.hash) continue;
    if (at.seq > place.seq)
      faults.push(
        `The end is cut off: ${name} knows of record ${at.seq}, the last one here is ${place.seq}.`,
      );
    else if (hash !== undefined)
      faults.push(`Record ${at.seq} is not the one that ${name} knows: the chain was written anew.`);
  }
  return { checked, last: place.seq, faults };
}

/** What was archived must be one piece from the first record on. */
async function readSegments(
  pool: Pool,
): Promise<{ readonly end: Place; readonly faults: readonly string[] }> {
  const { rows } = await pool.query<{ first: string | number; last: string | number; hash: Buffer }>(
    'select first_seq as first, last_seq as last, last_hash as hash from audit.segment order by first_seq',
  );
  const faults: string[] = [];
  let end: Place = { seq: 0, hash: genesis };
  for (const { first, last, hash } of rows) {
    if (Number(first) !== end.seq + 1)
      faults.push(`The archive of records ${end.seq + 1} to ${Number(first) - 1} is missing.`);
    end = { seq: Number(last), hash };
  }
  return { end, faults };
}
