import type { RedisConnection } from '../../redis/redis.ts';
import { createScript } from '../connection.ts';
import type { Seat } from '../consume/types.ts';
import { decodeEntry, entryOrigin } from '../entry.ts';
import type { Position } from '../event.ts';
import { againKey, deadIndexKey, deadKey, wakeChannel } from '../keys.ts';
import type { RawEntry } from '../stream-log.ts';

export const deadReasons = ['FAILED', 'UNKNOWN_VERSION', 'UNREADABLE'] as const;
export type DeadReason = (typeof deadReasons)[number];

/** An event that one group could not digest, with all that is needed to judge it and to try it again. */
export interface DeadLetter {
  /** `<group>.<partition>.<position>`: the same however often the event comes back here. */
  readonly id: string;
  readonly topic: string;
  readonly group: string;
  readonly partition: number;
  readonly position: Position;
  /** Its handler failed; its version is newer than the consumer; or it is no event. */
  readonly reason: DeadReason;
  readonly error: string;
  readonly attempts: number;
  /** RFC 3339: when it was given up last. */
  readonly at: string;
  /** Of the event, where it can be read. */
  readonly type: string | null;
  readonly eventId: string | null;
  /** The entry as it lies in the stream: names and values in turn, the event's bytes under `event`. */
  readonly entry: readonly string[];
}

export interface DeadLetterFilter {
  readonly group?: string | undefined;
  readonly reason?: DeadReason | undefined;
  readonly type?: string | undefined;
  /** Words that the error contains, whatever their case. */
  readonly error?: string | undefined;
}

/**
 * Dead letters of a topic: a hash by id beside an index by time. Not a stream: a letter is looked up, tried again and
 * discarded by itself, and the same event given up twice is one letter. There is room for a number of them; when it is used
 * up the partition waits, because to drop one would lose what was acknowledged.
 */
export interface DeadLetters {
  /** @throws Error when there is no room. */
  add(
    seat: Seat,
    entry: RawEntry,
    why: { readonly reason: DeadReason; readonly error: string; readonly attempts: number },
  ): Promise<DeadLetter>;
  /** Newest first. `after` is the id that the page before ended with. */
  list(
    topic: string,
    options: {
      readonly filter?: DeadLetterFilter;
      readonly after?: string | undefined;
      readonly limit: number;
    },
  ): Promise<readonly DeadLetter[]>;
  count(topic: string): Promise<number>;
  find(topic: string, id: string): Promise<DeadLetter | null>;
  /** Gives the event to its group once more. False when there is no such letter any more. */
  retry(topic: string, id: string): Promise<boolean>;
  /** What was discarded; null when there is no such letter any more. */
  discard(topic: string, id: string): Promise<DeadLetter | null>;
}

const roomPerTopic = 100_000;
const readAtOnce = 200;

export function createDeadLetters({ redis }: { readonly redis: RedisConnection }): DeadLetters {
  const addScript = createScript<number>(redis, {
    name: 'eaioBury',
    keys: 2,
    lua: `if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('HLEN', KEYS[1]) >= ${roomPerTopic} then return 0 end
      redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
      redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
      return 1`,
  });
  const takeScript = createScript<string | null>(redis, {
    name: 'eaioUnbury',
    keys: 2,
    lua: `local letter = redis.call('HGET', KEYS[1], ARGV[1])
      redis.call('HDEL', KEYS[1], ARGV[1])
      redis.call('ZREM', KEYS[2], ARGV[1])
      return letter`,
  });
  const keysOf = (topic: string) => [deadKey(topic), deadIndexKey(topic)] as const;

  async function find(topic: string, id: string): Promise<DeadLetter | null> {
    const text = await redis.hget(deadKey(topic), id);
    return text === null ? null : (JSON.parse(text) as DeadLetter);
  }

  return {
    find,

    async add({ topic, partition, group }, [position, fields], { reason, error, attempts }) {
      const origin = entryOrigin(fields);
      const at = new Date();
      const place = origin?.position ?? position;
      const letter: DeadLetter = {
        ...{ id: `${group}.${partition}.${place}`, topic, group, partition, position: place, reason, error },
        attempts: attempts + (origin?.attempts ?? 0),
        at: at.toISOString(),
        ...identityOf(fields),
        entry: fields,
      };
      if ((await addScript(...keysOf(topic), letter.id, JSON.stringify(letter), at.getTime())) === 0) {
        throw new Error(`${topic} has ${roomPerTopic} dead letters and room for no more: see to them.`);
      }
      return letter;
    },

    async list(topic, { filter = {}, after, limit }) {
      const found: DeadLetter[] = [];
      const [letters, index] = keysOf(topic);
      const rank = after === undefined ? null : await redis.zrevrank(index, after);
      for (let from = rank === null ? 0 : rank + 1; found.length < limit; from += readAtOnce) {
        const ids = await redis.zrevrange(index, from, from + readAtOnce - 1);
        if (ids.length === 0) break;
        const texts = await redis.hmget(letters, ...ids);
        const read = texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as DeadLetter]));
        found.push(...read.filter((letter) => fits(letter, filter)));
      }
      return found.slice(0, limit);
    },

    count: (topic) => redis.hlen(deadKey(topic)),

    async retry(topic, id) {
      const letter = await find(topic, id);
      if (letter === null) return false;
      const { partition, group, position, attempts, entry } = letter;
      const bare = withoutOrigin(entry);
      // First given, then taken away: a crash between the two gives it twice, and loses nothing.
      await redis.xadd(
        againKey(topic, partition, group),
        '*',
        ...[...bare, 'of', position, 'attempts', attempts].map(String),
      );
      await takeScript(...keysOf(topic), id);
      await redis.publish(wakeChannel(topic), String(partition));
      return true;
    },

    async discard(topic, id) {
      const text = await takeScript(...keysOf(topic), id);
      return text === null ? null : (JSON.parse(text) as DeadLetter);
    },
  };
}

function identityOf(fields: readonly string[]): Pick<DeadLetter, 'type' | 'eventId'> {
  try {
    const { type, id } = decodeEntry(fields);
    return { type, eventId: id };
  } catch {
    return { type: null, eventId: null };
  }
}

const withoutOrigin = (fields: readonly string[]): readonly string[] =>
  fields.filter((_, index) => !['of', 'attempts'].includes(fields[index - (index % 2)] ?? ''));

const fits = (letter: DeadLetter, { group, reason, type, error }: DeadLetterFilter): boolean =>
  (group === undefined || letter.group === group) &&
  (reason === undefined || letter.reason === reason) &&
  (type === undefined || letter.type === type) &&
  (error === undefined || letter.error.toLowerCase().includes(error.toLowerCase()));
