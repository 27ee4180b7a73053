import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { EaioError } from '../../errors/eaio-error.ts';
import type { RedisConnection } from '../../redis/redis.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createScript, sendAll } from '../connection.ts';
import { createBell } from '../consume/bell.ts';
import { againKey, replaysKey, streamKey, wakeChannel } from '../keys.ts';
import { allPartitions } from '../layouts.ts';
import type { Office } from '../office.ts';
import { beginning, isPosition, sealPosition } from '../position.ts';
import type { RawEntry } from '../stream-log.ts';

export type ReplayState = 'RUNNING' | 'DONE' | 'CANCELLED';

/** Events of a topic that one group is given once more. */
export interface Replay {
  readonly id: string;
  readonly topic: string;
  readonly group: string;
  /** The first place and, excluded, the end: what comes later the group reads anyway. */
  readonly from: string;
  readonly to: string;
  readonly eventsPerSecond: number;
  readonly state: ReplayState;
  /** Events given so far, of how many there were at the start. */
  readonly given: number;
  readonly total: number;
  /** By partition: the last that was given. */
  readonly at: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly movedAt: string;
}

export interface Replays {
  /**
   * Plans a replay; a keeper of replays in some process carries it out. A group that is new is registered first, so that it
   * also reads what comes from now on.
   * @throws EaioError BAD_USER_INPUT
   */
  start(options: {
    readonly topic: string;
    readonly group: string;
    /** A position, or Unix milliseconds. */
    readonly from: string | number;
    readonly eventsPerSecond: number;
  }): Promise<Replay>;
  list(topic: string): Promise<readonly Replay[]>;
  /** Null when there is none. Stopping one that is over changes nothing. */
  cancel(topic: string, id: string): Promise<Replay | null>;
}

export function createReplays(options: {
  readonly redis: RedisConnection;
  readonly office: Office;
}): Replays {
  const { redis, office } = options;
  const find = async (topic: string, id: string): Promise<Replay | null> => {
    const text = await redis.hget(replaysKey(topic), id);
    return text === null ? null : (JSON.parse(text) as Replay);
  };
  return {
    async start({ topic, group, from, eventsPerSecond }) {
      if (!office.topics.includes(topic))
        throw new EaioError('BAD_USER_INPUT', `There is no topic ${topic}.`);
      const place = typeof from === 'number' ? `${Math.max(0, Math.floor(from))}-0` : from;
      if (!isPosition(place))
        throw new EaioError('BAD_USER_INPUT', `"${from}" is no position of the event bus.`);
      if (!(eventsPerSecond >= 1 && eventsPerSecond <= 100_000)) {
        throw new EaioError('BAD_USER_INPUT', 'eventsPerSecond is 1 to 100,000.');
      }
      await office.groups.register(topic, group, { positions: 'elsewhere', from: 'now' });
      const startedAt = new Date().toISOString();
      // Redis' clock gives the ids: what lies behind its present is not the replay's.
      const [seconds, micros] = (await redis.time()) as unknown as readonly [
        string | number,
        string | number,
      ];
      const to = `${Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000) + 1}-0`;
      let total = 0;
      for (const partition of allPartitions(await office.layouts.refresh(topic))) {
        total += await countBetween(redis, streamKey(topic, partition), place, to);
      }
      const replay: Replay = {
        ...{ id: randomUUID(), topic, group, from: place, to, eventsPerSecond, state: 'RUNNING' },
        ...{ given: 0, total, at: {}, startedAt, movedAt: startedAt },
      };
      await redis.hset(replaysKey(topic), replay.id, JSON.stringify(replay));
      return replay;
    },

    async list(topic) {
      const texts = await redis.hvals(replaysKey(topic));
      return texts
        .map((text) => JSON.parse(text) as Replay)
        .toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
    },

    async cancel(topic, id) {
      const replay = await find(topic, id);
      if (replay === null || replay.state !== 'RUNNING') return replay;
      const cancelled: Replay = { ...replay, state: 'CANCELLED', movedAt: new Date().toISOString() };
      await redis.hset(replaysKey(topic), id, JSON.stringify(cancelled));
      return cancelled;
    },
  };
}

const piece = 500;
async function countBetween(redis: RedisConnection, key: string, from: string, to: string): Promise<number> {
  let count = 0;
  for (let start = from; ; ) {
    const entries = await redis.xrange(key, start, `(${to}`, 'COUNT', piece);
    count += entries.length;
    const last = entries.at(-1)?.[0];
    if (last === undefined || entries.length < piece) return count;
    start = `(${last}`;
  }
}

/** What a group may have before it that it was given once more: a replay waits for it, and holds no more than this. */
const mostAhead = 1_000;
const stepMs = 200;

/**
 * Carries replays out, at their speed, from whichever process: a lock holds each to one at a time, and its place is kept
 * with it. Entries are copied into the group's own lane, which it reads beside its live work: others see nothing of it, and
 * the topic's stream is only read.
 */
export function runReplays(options: {
  readonly redis: RedisConnection;
  readonly office: Office;
  readonly replays: Pick<Replays, 'list'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}): AsyncDisposable {
  const { redis, office, replays, log } = options;
  const closing = new AbortController();
  const bell = createBell();
  const me = randomUUID();
  const lockScript = createScript<number>(redis, {
    name: 'eaioReplayLock',
    keys: 1,
    lua: `local holder = redis.call('GET', KEYS[1])
      if holder and holder ~= ARGV[1] then return 0 end
      redis.call('SET', KEYS[1], ARGV[1], 'PX', 5000)
      return 1`,
  });
  // A replay that was cancelled meanwhile stays so.
  const saveScript = createScript<number>(redis, {
    name: 'eaioReplaySave',
    keys: 1,
    lua: `local known = redis.call('HGET', KEYS[1], ARGV[1])
      if not known or cjson.decode(known).state ~= 'RUNNING' then return 0 end
      redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
      return 1`,
  });

  async function give(replay: Replay, partition: number, entries: readonly RawEntry[]): Promise<void> {
    const key = againKey(replay.topic, partition, replay.group);
    const outcomes = await sendAll(
      redis,
      entries.map(([position, fields]) => ['xadd', key, '*', ...fields, 'of', position, 'attempts', '0']),
    );
    for (const { error } of outcomes) if (error !== null) throw error;
    await redis.publish(wakeChannel(replay.topic), String(partition));
  }

  /** A fifth of a second's worth. Resolves with how it stands then. */
  async function step(replay: Replay): Promise<Replay> {
    let left = Math.max(1, Math.round((replay.eventsPerSecond * stepMs) / 1_000));
    const at: Record<string, string> = { ...replay.at };
    let [given, open] = [0, false];
    for (const partition of allPartitions(await office.layouts.of(replay.topic))) {
      if (left === 0) {
        open = true;
        break;
      }
      const ahead = await redis.xlen(againKey(replay.topic, partition, replay.group));
      const count = Math.min(left, mostAhead - ahead);
      if (count <= 0) {
        open = true;
        continue;
      }
      const last = at[String(partition)];
      const start = last === undefined ? replay.from : `(${last}`;
      const read = await redis.xrange(
        streamKey(replay.topic, partition),
        start,
        `(${replay.to}`,
        'COUNT',
        count,
      );
      const entries = read.filter(([position]) => position !== sealPosition);
      if (read.length === count) open = true;
      if (entries.length === 0) continue;
      await give(replay, partition, entries);
      at[String(partition)] = entries.at(-1)?.[0] ?? beginning;
      given += entries.length;
      left -= entries.length;
    }
    return {
      ...{ ...replay, at, given: replay.given + given, state: open ? 'RUNNING' : 'DONE' },
      movedAt: new Date().toISOString(),
    };
  }

  async function round(): Promise<boolean> {
    let busy = false;
    for (const topic of office.topics) {
      for (const replay of await replays.list(topic)) {
        if (replay.state !== 'RUNNING' || closing.signal.aborted) continue;
        if ((await lockScript(`${replaysKey(topic)}:${replay.id}`, me)) === 0) continue;
        busy = true;
        const moved = await step(replay);
        await saveScript(replaysKey(topic), replay.id, JSON.stringify(moved));
        if (moved.state === 'DONE')
          log.info({ replay: moved.id, topic, given: moved.given }, 'A replay is done');
      }
    }
    return busy;
  }

  const running = (async () => {
    while (!closing.signal.aborted) {
      const busy = await round().catch((err: unknown) => {
        log.warn({ err }, 'Replays wait');
        return false;
      });
      if (busy) await wait(stepMs, undefined, { signal: closing.signal }).catch(() => undefined);
      else await bell.rung(closing.signal);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      await running;
    },
  };
}
