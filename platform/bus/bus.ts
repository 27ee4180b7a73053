import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { EaioError } from '../errors/eaio-error.ts';
import type { RedisConnection } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createBacklog } from './backlog.ts';
import { createConsumer } from './consume/consumer.ts';
import { decodeForConsumer } from './consume/decode.ts';
import type { Consumer } from './consume/types.ts';
import type { Topics } from './define-topics.ts';
import { decodeEntry } from './entry.ts';
import type { Delivery } from './event.ts';
import type { EventSchemas } from './event-schemas.ts';
import { parseEventType } from './event-type.ts';
import { createEvolution } from './evolution/evolve.ts';
import { type FollowerGround, followerOf } from './follower.ts';
import { partitionOfKey } from './layouts.ts';
import { createBusMetrics } from './metrics.ts';
import { createOffice } from './office.ts';
import { beginning, isPosition } from './position.ts';
import { createPublisher } from './publisher.ts';
import { createSharedReader } from './shared-reader.ts';
import { createStreamLog, type RawEntry } from './stream-log.ts';
import type { Bus } from './types.ts';
import { openWaitingConnection } from './waiting-connection.ts';
import { createWakes } from './wakes.ts';

export interface BusOptions {
  /** For short commands; stays the caller's to close. The bus opens a second connection like it, for waiting. */
  readonly redis: RedisConnection;
  readonly schemas: EventSchemas;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Topics as they are declared; events of others lie in one partition that keeps about `maxLength` entries. */
  readonly topics?: Topics;
  /** Of topics that are not declared. Default 10,000. */
  readonly maxLength?: number;
  readonly metrics?: Metrics;
  /** How long one read waits in Redis. Default 5,000 ms. */
  readonly blockMs?: number;
  /** How much later than that an answer may come before the connection counts as dead. Default 2,000 ms. */
  readonly graceMs?: number;
  /** Unix milliseconds, for the events' time. Default the system's. */
  readonly clock?: () => number;
}

/**
 * The event bus on Redis Streams. Events are appended with MAXLEN, so that Redis' memory is bounded; followers share one
 * blocking read. While Redis is away, publishing fails at once and following waits; when it is back, followers go on
 * where they were, and are told of a gap when the stream has lost that place.
 */
export function createBus(options: BusOptions): Bus {
  const {
    redis,
    schemas,
    log,
    topics = {},
    maxLength = 10_000,
    blockMs = 5_000,
    graceMs = 2_000,
    clock = Date.now,
  } = options;
  const closing = new AbortController();
  const stream = createStreamLog({ redis });
  const office = createOffice({ redis, schemas, topics, maxLength });
  const { layouts, marks, groups, deadLetters } = office;
  const metrics = createBusMetrics(options.metrics);
  const wakes = createWakes(redis);
  const evolution = createEvolution({ schemas, topic: office.topic });
  const backlog = createBacklog({ groups, layouts, marks });
  const publisher = createPublisher({
    ...{ redis, schemas, topic: office.topic, layouts, backlog, metrics, clock },
  });
  const consumers = new Set<Consumer>();

  function decode(topic: string, entries: readonly RawEntry[]): readonly Delivery[] {
    return entries.flatMap(([position, fields]): readonly Delivery[] => {
      try {
        return [{ kind: 'event', position, event: decodeEntry(fields) }];
      } catch (error) {
        log.error({ err: error, topic, position }, 'an entry of the bus is no event; it is passed over');
        return [];
      }
    });
  }

  let recovering: Promise<void> | undefined;
  /** However many wait for Redis, one of them asks. */
  const recovered = () => {
    recovering ??= untilAnswered(redis, closing.signal).finally(() => {
      recovering = undefined;
    });
    return recovering;
  };

  const insist: FollowerGround['insist'] = async (run, signal) => {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp);
    try {
      for (;;) {
        signal.throwIfAborted();
        try {
          return await Promise.race([run(), aborted]);
        } catch (error) {
          signal.throwIfAborted();
          log.warn({ err: error }, 'the bus waits for Redis');
          await Promise.race([recovered(), aborted]);
        }
      }
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };

  const reader = createSharedReader({
    redis,
    connect: () => openWaitingConnection(redis),
    blockMs,
    graceMs,
    decode,
    recovered,
  });

  return {
    publish: publisher.publish,

    async partitionsOf(topic, keys) {
      const layout = await layouts.of(topic);
      return keys.map((key) => partitionOfKey(layout, key));
    },

    consume(consumed) {
      const undeclared = consumed.topics.filter((name) => topics[name] === undefined);
      if (undeclared.length > 0) {
        throw new Error(`A group can only consume topics that are declared (defineTopics): ${undeclared}.`);
      }
      const decode = (entry: RawEntry) => decodeForConsumer(entry, { schemas, evolution });
      const ground = { redis, layouts, marks, groups, wakes, deadLetters, topic: office.topic, metrics };
      const knows = (type: string) => {
        const parsed = parseEventType(type);
        return parsed !== undefined && parsed.version <= schemas.newestVersion(parsed.topic);
      };
      const consumer = createConsumer({ ...ground, decode, knows, log }, consumed);
      consumers.add(consumer);
      return consumer;
    },

    follow(topic, { after, signal, maxQueued = 1_000 }) {
      if (after !== undefined && !isPosition(after)) {
        throw new EaioError('BAD_USER_INPUT', `"${after}" is no position of the event bus.`);
      }
      const own = new AbortController();
      const stop = AbortSignal.any([signal, closing.signal, own.signal]);
      const from =
        after === undefined
          ? insist(async () => (await stream.head(topic)) ?? beginning, stop)
          : Promise.resolve(after);
      // Whoever never asks for an event needs no answer to where it would begin.
      from.catch(() => undefined);
      const deliveries = followerOf(
        { log: stream, reader, decode, insist },
        { topic, from, maxQueued, signal: stop },
      );
      return {
        next: () => deliveries.next(),
        // A generator that waits for an event answers `return` only behind it: end the wait first.
        return: () => {
          own.abort();
          return deliveries.return(undefined);
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },

    head: (topic) => stream.head(topic),

    async [Symbol.asyncDispose]() {
      closing.abort();
      reader.close();
      await Promise.all([...consumers].map((consumer) => consumer[Symbol.asyncDispose]()));
      await wakes[Symbol.asyncDispose]();
    },
  };
}

/** Asks Redis with growing pauses until it answers, or until nobody needs the answer. */
async function untilAnswered(redis: RedisConnection, signal: AbortSignal): Promise<void> {
  for (let pauseMs = 50; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    await delay(pauseMs * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
    const answered = await redis.ping().then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
}
