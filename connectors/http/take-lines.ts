import { toClientError } from '../../platform/errors/client-error.ts';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import { messageOf } from '../../platform/errors/facts.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { IngestLimits } from './limits.ts';
import { type Line, linesOf } from './lines.ts';
import { type ItemError, malformed, type ReadingItem, type ReadingsDoor, toItem } from './readings-door.ts';

/** The answer to an NDJSON body. */
export interface LinesSummary {
  /** Lines that are not blank. */
  readonly received: number;
  /** Safe, but not stored yet. */
  readonly accepted: number;
  readonly stored: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** How many lines were refused for each reason, exactly. */
  readonly rejectedByCode: Readonly<Record<string, number>>;
  /** The first refused lines, in their order; `rejected` says how many there are in all. */
  readonly rejections: readonly (ItemError & { readonly line: number })[];
}

export interface TakeLinesOptions {
  readonly door: ReadingsDoor;
  readonly principal: Principal;
  readonly chunks: AsyncIterable<Buffer>;
  readonly limits: Pick<IngestLimits, 'maxLineBytes' | 'batchLines' | 'maxRejections'>;
  /** How long each batch may wait for its readings to be stored; default not at all. */
  readonly waitMs?: number;
}

/**
 * Stores readings as their lines come in. The next batch is read only when the last one is stored, so that a slow
 * database slows the sender, and what is held is one batch. A broken line is refused alone.
 * @throws EaioError, with what was taken so far in `taken` of its details; sending all of it again does no harm.
 */
export async function takeLines({
  door,
  principal,
  chunks,
  limits,
  waitMs = 0,
}: TakeLinesOptions): Promise<LinesSummary> {
  const tally = createTally(limits.maxRejections);
  let batch: { readonly line: number; readonly item: ReadingItem }[] = [];

  const store = async (): Promise<void> => {
    if (batch.length === 0) return;
    const lines = batch;
    batch = [];
    const { accepted, stored, unchanged, results } = await door.ingest(
      principal,
      lines.map(({ item }) => item),
      { waitMs },
    );
    tally.add({ accepted, stored, unchanged });
    for (const { index, error } of results) {
      if (error !== null) tally.reject(lines[index]?.line ?? 0, inLines(error));
    }
  };

  try {
    for await (const lines of linesOf(chunks, limits.maxLineBytes)) {
      for (const line of lines) {
        tally.add({ received: 1 });
        const item = parse(line, limits.maxLineBytes);
        if ('code' in item) tally.reject(line.number, item);
        else batch.push({ line: line.number, item });
        if (batch.length >= limits.batchLines) await store();
      }
    }
    await store();
  } catch (thrown) {
    const { code, message, cause = thrown, extensions } = toClientError(thrown);
    throw new EaioError(code, message, { cause, details: { ...extensions, taken: tally.summary() } });
  }
  return tally.summary();
}

function parse({ text }: Line, maxLineBytes: number): ReadingItem | ItemError {
  if (text === null) return malformed(`The line is over ${maxLineBytes} bytes: a line is one reading.`);
  try {
    return (
      toItem(JSON.parse(text)) ??
      malformed('The line is JSON, but no object: a line is {"meterId", "time", "value"}.')
    );
  } catch (error) {
    return malformed(`The line is not JSON: ${messageOf(error)}`);
  }
}

/** The door speaks of places in the list that it was given, which the sender of lines never saw. */
const inLines = (error: ItemError): ItemError =>
  error.code === 'DUPLICATE_IN_REQUEST'
    ? { code: error.code, message: 'The same meter and time come again in a later line, which counts.' }
    : error;

function createTally(maxRejections: number) {
  const counts = { received: 0, accepted: 0, stored: 0, unchanged: 0, rejected: 0 };
  const byCode = new Map<string, number>();
  const rejections: (ItemError & { readonly line: number })[] = [];
  return {
    add(more: Partial<typeof counts>): void {
      counts.received += more.received ?? 0;
      counts.accepted += more.accepted ?? 0;
      counts.stored += more.stored ?? 0;
      counts.unchanged += more.unchanged ?? 0;
    },
    reject(line: number, error: ItemError): void {
      counts.rejected += 1;
      byCode.set(error.code, (byCode.get(error.code) ?? 0) + 1);
      if (rejections.length < maxRejections) rejections.push({ line, ...error });
    },
    summary: (): LinesSummary => ({
      ...counts,
      rejectedByCode: Object.fromEntries(byCode),
      rejections: rejections.toSorted((a, b) => a.line - b.line),
    }),
  };
}
