import type { RedisConnection } from '../redis/redis.ts';
import type { Delivery, Position } from './event.ts';
import { streamKey } from './keys.ts';
import { beginning, comparePositions, positionTime, previousPosition } from './position.ts';

/** An entry as Redis gives it: its position and its flat list of fields. */
export type RawEntry = readonly [Position, readonly string[]];
export type GapDelivery = Delivery & { readonly kind: 'gap' };

export type ReadResult =
  | { readonly kind: 'entries'; readonly entries: readonly RawEntry[] }
  /** What followed the position is not all there any more; reading goes on behind the gap's own position. */
  | { readonly kind: 'gap'; readonly gap: GapDelivery };

/** The topics' streams, as a log read from a position. Rejects when Redis does not answer. */
export interface StreamLog {
  /** See `Bus.head`. */
  head(topic: string): Promise<Position | null>;
  /** Up to `count` entries behind a position, without waiting for any. */
  readAfter(topic: string, position: Position, count: number): Promise<ReadResult>;
}

/**
 * Both in one step, so that nothing is trimmed between the questions, and without sending entries that nobody reads.
 * Redis 7 or newer: older ones do not count what was ever added.
 */
const scripts = {
  eaioHead: `
    if redis.call('EXISTS', KEYS[1]) == 0 then return false end
    local info = redis.call('XINFO', 'STREAM', KEYS[1])
    for i = 1, #info, 2 do if info[i] == 'last-generated-id' then return info[i + 1] end end`,
  eaioReadAfter: `
    if redis.call('EXISTS', KEYS[1]) == 0 then return false end
    local info = redis.call('XINFO', 'STREAM', KEYS[1])
    local facts = {}
    for i = 1, #info, 2 do facts[info[i]] = info[i + 1] end
    local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
    return {
      facts['last-generated-id'],
      first and first[1] or '',
      facts['entries-added'] - facts['length'],
      #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]),
      redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
    }`,
} as const;

type ReadReply = readonly [
  last: string,
  first: string,
  trimmed: number,
  present: number,
  entries: readonly RawEntry[],
];
interface Scripted {
  eaioHead(key: string): Promise<string | null>;
  eaioReadAfter(key: string, position: string, count: number): Promise<ReadReply | null>;
}

export function createStreamLog({ redis }: { readonly redis: RedisConnection }): StreamLog {
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(name, { numberOfKeys: 1, lua });
  const scripted = redis as RedisConnection & Scripted;

  return {
    head: (topic) => scripted.eaioHead(streamKey(topic)),

    async readAfter(topic, position, count) {
      const reply = await scripted.eaioReadAfter(streamKey(topic), position, count);
      if (reply === null) {
        if (position === beginning) return { kind: 'entries', entries: [] };
        return gap(position, beginning, new Date().toISOString(), 'Redis does not have the stream any more.');
      }
      const [last, first, trimmed, present, entries] = reply;
      if (comparePositions(position, last) > 0) {
        return gap(
          position,
          last,
          new Date().toISOString(),
          'Redis has lost what it held: its stream ends before the position.',
        );
      }
      const oldest = first === '' ? undefined : first;
      const nothingBetween = present > 0 || (position === beginning && trimmed === 0) || position === last;
      if (
        nothingBetween ||
        (oldest !== undefined && comparePositions(position, previousPosition(oldest)) >= 0)
      ) {
        return { kind: 'entries', entries };
      }
      const resume = oldest === undefined ? last : previousPosition(oldest);
      return gap(
        position,
        resume,
        positionTime(oldest ?? last),
        'The events are older than what the stream keeps.',
      );
    },
  };
}

const gap = (from: Position, position: Position, to: string, reason: string): ReadResult => ({
  kind: 'gap',
  gap: { kind: 'gap', position, from: positionTime(from), to, reason },
});
