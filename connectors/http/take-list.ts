import { EaioError } from '../../platform/errors/eaio-error.ts';
import { messageOf } from '../../platform/errors/facts.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import { type ItemResult, type ItemsResult, malformed, type ReadingsDoor, toItem } from './readings-door.ts';

export interface TakeListOptions {
  readonly door: ReadingsDoor;
  readonly principal: Principal;
  readonly chunks: AsyncIterable<Buffer>;
  readonly maxItems: number;
  /** How long the answer may wait for the readings to be stored. */
  readonly waitMs: number;
}

/**
 * Stores the readings of a JSON body: a list, or `{ "readings": [...] }`. One result for each, in the order sent.
 * @throws EaioError BAD_REQUEST for a body that is neither, PAYLOAD_TOO_LARGE for too many readings.
 */
export async function takeList({
  door,
  principal,
  chunks,
  maxItems,
  waitMs,
}: TakeListOptions): Promise<ItemsResult> {
  const sent = listOf(await parse(chunks));
  if (sent.length === 0) throw new EaioError('BAD_REQUEST', 'The list of readings is empty.');
  if (sent.length > maxItems) {
    throw new EaioError(
      'PAYLOAD_TOO_LARGE',
      `${sent.length} readings; a JSON body may have ${maxItems}. Send them in parts, or as NDJSON (application/x-ndjson), which has no such bound.`,
    );
  }
  const items = sent.map(toItem);
  const places = items.flatMap((item, index) => (item === undefined ? [] : [{ item, index }]));
  const given = places.map(({ item }) => item);
  const { accepted, stored, unchanged, results } =
    given.length === 0 ? nothing : await door.ingest(principal, given, { waitMs });
  const all: readonly ItemResult[] = [
    ...results.map((result) => ({ ...result, index: places[result.index]?.index ?? result.index })),
    ...items.flatMap((item, index) => (item === undefined ? [noObject(index)] : [])),
  ].toSorted((a, b) => a.index - b.index);
  return { accepted, stored, unchanged, rejected: sent.length - accepted - stored - unchanged, results: all };
}

const nothing: ItemsResult = { accepted: 0, stored: 0, unchanged: 0, rejected: 0, results: [] };

const noObject = (index: number): ItemResult => ({
  index,
  status: 'REJECTED',
  error: malformed('The item is no object: a reading is {"meterId", "time", "value"}.'),
});

async function parse(chunks: AsyncIterable<Buffer>): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new EaioError('BAD_REQUEST', `The body is not JSON: ${messageOf(error)}`);
  }
}

function listOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  const list = typeof body === 'object' && body !== null && 'readings' in body ? body.readings : undefined;
  if (Array.isArray(list)) return list;
  throw new EaioError('BAD_REQUEST', 'The body must be a list of readings, or {"readings": [...]}.');
}
