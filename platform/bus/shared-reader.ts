import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '../redis/redis.ts';
import type { Delivery, Position } from './event.ts';
import { streamKey } from './keys.ts';
import { beginning, comparePositions } from './position.ts';
import type { RawEntry } from './stream-log.ts';

/** Who is given a topic's new entries as they arrive. */
export interface Listener {
  /** New events, in order; decoded once for all listeners. */
  take(deliveries: readonly Delivery[]): void;
  /** Nothing more comes: the connection was lost. What was missed is to be read from the stream. */
  lost(): void;
}

/** One blocking read for all topics that anyone in this process listens to. */
export interface SharedReader {
  /**
   * Adds a listener that has everything up to `position`. False when the reader is already further along than that:
   * read on from the stream, and ask again.
   */
  join(topic: string, position: Position, listener: Listener): boolean;
  leave(topic: string, listener: Listener): void;
  close(): void;
}

interface Feed {
  /** Up to here entries were given to the listeners. */
  position: Position;
  /** Each with the position up to which it had everything when it joined. */
  readonly listeners: Map<Listener, Position>;
}

/**
 * XREAD BLOCK over all topics on a connection of its own. A topic that is added while the read waits wakes it by an entry
 * in a stream that only this process reads: unlike CLIENT UNBLOCK it can't come too early.
 */
export function createSharedReader(options: {
  /** For short commands. */
  readonly redis: RedisConnection;
  /** Opens the connection that waits. */
  readonly connect: () => RedisConnection;
  readonly blockMs: number;
  /** How much later than that an answer may come before the connection counts as dead. */
  readonly graceMs: number;
  /** Leaves out what is no event. */
  readonly decode: (topic: string, entries: readonly RawEntry[]) => readonly Delivery[];
  /** Resolves when Redis answers again. */
  readonly recovered: () => Promise<void>;
}): SharedReader {
  const { redis, connect, blockMs, graceMs, decode, recovered } = options;
  const feeds = new Map<string, Feed>();
  const wakeKey = `eaio:events:wake:${randomUUID()}`;
  let connection: RedisConnection | undefined;
  let running = false;
  let closed = false;

  /** Reads until nobody listens. Each connection lives until it is lost; what it missed is the listeners' to read. */
  async function run(): Promise<void> {
    let woken: Position = beginning;
    running = true;
    while (feeds.size > 0) {
      connection ??= connect();
      const topics = [...feeds];
      try {
        const streams = await withDeadline(
          connection.xread(
            'COUNT',
            entriesARead,
            'BLOCK',
            blockMs,
            'STREAMS',
            wakeKey,
            ...topics.map(([topic]) => streamKey(topic)),
            woken,
            ...topics.map(([, feed]) => feed.position),
          ),
          blockMs + graceMs,
        );
        for (const [key, entries] of streams ?? []) {
          if (key === wakeKey) woken = entries.at(-1)?.[0] ?? woken;
          for (const [topic, feed] of topics) if (streamKey(topic) === key) pass(topic, feed, entries);
        }
      } catch {
        // Closed by ourselves, because nobody listened: if someone does by now, that needs but a new connection.
        if (connection === undefined) continue;
        disconnect();
        dismissAll();
        await recovered();
      }
    }
    running = false;
    disconnect();
  }

  function disconnect(): void {
    connection?.disconnect();
    connection = undefined;
  }

  function dismissAll(): void {
    const listeners = [...feeds.values()].flatMap((feed) => [...feed.listeners.keys()]);
    feeds.clear();
    for (const listener of listeners) listener.lost();
  }

  function pass(topic: string, feed: Feed, entries: readonly RawEntry[]): void {
    feed.position = entries.at(-1)?.[0] ?? feed.position;
    const deliveries = decode(topic, entries);
    for (const [listener, from] of feed.listeners) {
      const fresh = behind(from, deliveries);
      if (fresh.length > 0) listener.take(fresh);
    }
  }

  /** A lost wake-up means a lost connection, which the reader notices by itself. */
  function wake(): void {
    redis
      .multi()
      .xadd(wakeKey, 'MAXLEN', 1, '*', 'wake', '')
      .pexpire(wakeKey, blockMs * 10)
      .exec()
      .catch(() => undefined);
  }

  return {
    join(topic, position, listener) {
      if (closed) return false;
      const feed = feeds.get(topic) ?? { position, listeners: new Map() };
      if (comparePositions(position, feed.position) < 0) return false;
      feed.listeners.set(listener, position);
      if (feeds.has(topic)) return true;
      feeds.set(topic, feed);
      if (running) wake();
      else void run();
      return true;
    },

    leave(topic, listener) {
      const feed = feeds.get(topic);
      feed?.listeners.delete(listener);
      if (feed?.listeners.size === 0) feeds.delete(topic);
      // The read that waits is of no use to anyone; its rejection ends the run.
      if (feeds.size === 0) disconnect();
    },

    close() {
      closed = true;
      dismissAll();
      disconnect();
    },
  };
}

/** Rejects when Redis says nothing even after the time for which it was told to wait: the connection is dead. */
async function withDeadline<T>(reply: Promise<T>, deadlineMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Redis said nothing for ${deadlineMs} ms.`)), deadlineMs);
  try {
    return await Promise.race([reply, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function behind(from: Position, deliveries: readonly Delivery[]): readonly Delivery[] {
  const [first] = deliveries;
  if (first === undefined || comparePositions(first.position, from) > 0) return deliveries;
  return deliveries.filter(({ position }) => comparePositions(position, from) > 0);
}

/** Of each topic, in one read: bounds what one answer can hold. */
const entriesARead = 64;
