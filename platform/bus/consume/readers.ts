import type { ClientBase } from 'pg';
import type { RedisConnection } from '../../redis/redis.ts';
import { createScript } from '../connection.ts';
import type { Gap } from '../event.ts';
import { againKey, leaseKey, marksKey, streamKey } from '../keys.ts';
import { encodeMark, type Marks, markField, streamFacts } from '../marks.ts';
import { comparePositions, positionTime, previousPosition } from '../position.ts';
import type { RawEntry } from '../stream-log.ts';
import { type Mark, PositionMoved, type PositionStore, type Seat } from './types.ts';

/** What one read gave: entries behind the mark; and before them what is missing, with how many entries that were. */
export interface Read {
  readonly entries: readonly RawEntry[];
  readonly gap: (Gap & { readonly entries: number }) | null;
  /** Where the group stands now: behind the gap when there is one. */
  readonly from: Mark;
}

/** A seat's entries, one read after another, and its position. Used by the worker that holds the lease, by nobody else. */
export interface SeatReader {
  /** Where the group stands; asked once, before the first read. */
  open(): Promise<Mark>;
  /** The same, whenever it is in doubt. */
  mark(): Promise<Mark>;
  read(from: Mark, count: number): Promise<Read>;
  /** @throws PositionMoved when the seat has another holder. */
  move(from: Mark, to: Mark, entries: readonly RawEntry[]): Promise<void>;
  /** The same in a transaction of the group's own; undefined where positions are in Redis. */
  readonly moveIn: ((from: Mark, to: Mark, client: ClientBase) => Promise<void>) | undefined;
  /** Tells Redis what a transaction has moved. */
  follow(to: Mark): Promise<void>;
}

type Reply = readonly [
  length: number,
  added: number,
  first: string | null,
  last: string,
  /** Entries behind the position, where Redis has fewer than were read; else null. */
  left: number | null,
  entries: readonly RawEntry[] | null,
];

/** Lua: the reply without its entries; ARGV[1] is the position, ARGV[2] how many entries were read. */
const partitionFacts = `${streamFacts}
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  local trimmed = facts['entries-added'] - facts.length
  local lost = facts['entries-added'] < tonumber(ARGV[2])
  local reply = { facts.length, facts['entries-added'], first and first[1] or false, facts['last-generated-id'], false, false }
  if lost then reply[5] = #redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+') end`;

export interface ReaderOptions {
  readonly redis: RedisConnection;
  readonly marks: Marks;
  readonly seat: Seat;
  readonly worker: string;
  /** Value of the lease that the worker holds. */
  readonly lease: string;
}

const keyOf = ({ topic, partition, group, lane }: Seat): string =>
  lane === 'live' ? streamKey(topic, partition) : againKey(topic, partition, group);

/** Positions in a store of the group's own; the stream is read as a log. */
export function createLogReader({
  redis,
  marks,
  seat,
  positions,
}: ReaderOptions & { readonly positions: PositionStore }): SeatReader {
  const key = keyOf(seat);
  const readScript = createScript<Reply>(redis, {
    name: 'eaioReadLog',
    keys: 1,
    lua: `${partitionFacts}
      if trimmed <= tonumber(ARGV[2]) and not lost then
        reply[6] = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[3])
      end
      return reply`,
  });
  const follow = async (to: Mark) => {
    await marks.write(seat, to);
    await forgetRead(redis, seat, to);
  };
  return {
    async open() {
      const mark = await positions.open(seat, await marks.read(seat));
      await marks.write(seat, mark);
      return mark;
    },
    mark: async () => positions.open(seat, await marks.read(seat)),
    async read(from, count) {
      const reply = await readScript(key, from.position, from.count, count);
      const entries = reply[5];
      return entries === null ? passed(from, reply) : { entries, gap: null, from };
    },
    async move(from, to) {
      await positions.move(seat, from, to);
      await follow(to);
    },
    moveIn: (from, to, client) => positions.move(seat, from, to, client),
    follow,
  };
}

/**
 * Positions in Redis: a consumer group of the stream's. What a worker held when it died is claimed by the next and comes
 * first; moving on asks in one step whether the lease is still held, so that a worker that lost it acknowledges nothing.
 */
export function createGroupReader({ redis, marks, seat, worker, lease }: ReaderOptions): SeatReader {
  const key = keyOf(seat);
  const readScript = createScript<Reply>(redis, {
    name: 'eaioReadGroup',
    keys: 1,
    lua: `${partitionFacts}
      if trimmed <= tonumber(ARGV[2]) and not lost then
        local read = redis.call('XREADGROUP', 'GROUP', ARGV[4], ARGV[5], 'COUNT', ARGV[3], 'STREAMS', KEYS[1], '>')
        reply[6] = read and read[1][2] or {}
      end
      return reply`,
  });
  const moveScript = createScript<number>(redis, {
    name: 'eaioAcknowledge',
    keys: 3,
    lua: `if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
      redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
      if #ARGV > 4 then redis.call('XACK', KEYS[1], ARGV[4], unpack(ARGV, 5)) end
      return 1`,
  });
  const keys = [
    key,
    marksKey(seat.topic, seat.partition),
    leaseKey(seat.topic, seat.partition, seat.group),
  ] as const;
  /** What a worker before us was given and did not acknowledge. */
  let left: RawEntry[] = [];

  async function claim(): Promise<RawEntry[]> {
    const claimed: RawEntry[] = [];
    let cursor = '0-0';
    do {
      const [next, entries] = (await redis.xautoclaim(key, seat.group, worker, 0, cursor, 'COUNT', 500)) as [
        string,
        RawEntry[],
      ];
      claimed.push(...entries);
      cursor = next;
    } while (cursor !== '0-0');
    return claimed;
  }

  return {
    async open() {
      const mark = await marks.read(seat);
      await redis.xgroup('CREATE', key, seat.group, mark.position, 'MKSTREAM').catch((error: Error) => {
        if (!error.message.startsWith('BUSYGROUP')) throw error;
      });
      left = await claim();
      return mark;
    },
    mark: () => marks.read(seat),
    async read(from, count) {
      if (left.length > 0) return { entries: left.splice(0, count), gap: null, from };
      const reply = await readScript(key, from.position, from.count, count, seat.group, worker);
      const entries = reply[5];
      if (entries !== null) return { entries, gap: null, from };
      const behindGap = passed(from, reply);
      await redis.xgroup('SETID', key, seat.group, behindGap.from.position);
      return behindGap;
    },
    async move(_from, to, entries) {
      const ids = entries.map(([position]) => position);
      const moved = await moveScript(...keys, lease, markField(seat), encodeMark(to), seat.group, ...ids);
      if (moved === 0) throw new PositionMoved(seat);
      await forgetRead(redis, seat, to);
    },
    moveIn: undefined,
    follow: async () => undefined,
  };
}

/** What a group was given once more is nobody else's: it goes when it was read. */
async function forgetRead(redis: RedisConnection, seat: Seat, { position }: Mark): Promise<void> {
  if (seat.lane === 'again') await redis.xtrim(keyOf(seat), 'MINID', '=', behind(position));
}

const behind = (position: string): string => {
  const [time = '0', index = '0'] = position.split('-');
  return `${time}-${BigInt(index) + 1n}`;
};

/**
 * Streams count what they ever held, groups what they have read: what is gone beyond that, nobody has read. And a stream that
 * counts less than what was read has lost its end: reading goes on with what came behind.
 */
function passed(from: Mark, [length, added, first, last, left]: Reply): Read {
  const time = new Date().toISOString();
  if (left !== null) {
    const position = comparePositions(from.position, last) > 0 ? last : from.position;
    const reason = 'Redis has lost what it held: its stream has less than what was read.';
    const gap = { position, from: positionTime(position), to: time, entries: 0, reason };
    return { entries: [], gap, from: { position, count: added - left } };
  }
  const position = first === null ? last : previousPosition(first);
  const count = added - length;
  const gap = {
    ...{ position, from: positionTime(from.position), to: first === null ? time : positionTime(first) },
    entries: count - from.count,
    reason: 'The entries were trimmed at the hard limit before they were read.',
  };
  return { entries: [], gap, from: { position, count } };
}
