import type { RedisConnection } from '../redis/redis.ts';
import { decodeEntry } from './entry.ts';
import type { BusEvent, Position } from './event.ts';
import { streamKey } from './keys.ts';

export interface HeldEntry {
  readonly position: Position;
  readonly event: BusEvent;
}

export interface HeldEntriesOptions {
  readonly topic: string;
  readonly partition: number;
  /** Entries appended from this instant on, by the clock of Redis, Unix ms. */
  readonly fromMs: number;
  /** The last entry wanted. */
  readonly upTo: Position;
  /** Entries asked for at once; default 200. */
  readonly atOnce?: number | undefined;
}

/** What a partition still holds of a span, oldest first, without being a consumer: to look, not to work. Seals are passed over. */
export async function* heldEntries(
  redis: Pick<RedisConnection, 'xrange'>,
  { topic, partition, fromMs, upTo, atOnce = 200 }: HeldEntriesOptions,
): AsyncGenerator<HeldEntry> {
  let from = `${Math.max(0, Math.floor(fromMs))}-0`;
  for (;;) {
    const entries = await redis.xrange(streamKey(topic, partition), from, upTo, 'COUNT', atOnce);
    for (const [position, fields] of entries)
      if (fields.includes('event')) yield { position, event: decodeEntry(fields) };
    const last = entries.at(-1);
    if (last === undefined || entries.length < atOnce) return;
    from = `(${last[0]}`;
  }
}
