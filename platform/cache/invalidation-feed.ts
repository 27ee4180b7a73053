import { setTimeout as sleep } from 'node:timers/promises';
import { comparePositions } from '../bus/position.ts';
import type { Bus, Delivery, Position } from '../bus/types.ts';
import { onConnectionLost, type RedisConnection } from '../redis/redis.ts';
import { createTagMarks } from './tag-marks.ts';
import type { AsOf, CacheHealth } from './types.ts';
import { within } from './within.ts';

export interface InvalidationFeedOptions {
  readonly bus: Pick<Bus, 'follow' | 'head'>;
  /** Asked for its clock; its loss is taken for a loss of events. */
  readonly redis: RedisConnection;
  /** Every topic whose events carry tags. */
  readonly topics: readonly string[];
  /**
   * For so long after Redis was last asked whether there is news, answers are given out without asking again.
   * The bound on how long after its acknowledgement an event can go unnoticed. Default 80 ms.
   */
  readonly leaseMs?: number;
  /** Time between two questions; default 20 ms. */
  readonly heartbeatMs?: number;
  /** Without an answer of Redis for this long, events may have been lost; default 1 s. */
  readonly outageMs?: number;
  /**
   * After an outage Redis must have answered for this long before anything is trusted: a publisher that reconnects later
   * than we may have dropped events until then. Default 2 s.
   */
  readonly settleMs?: number;
  readonly monotonic?: () => number;
  readonly now?: () => number;
  /** Told of each change of health. */
  readonly onHealth?: (health: CacheHealth) => void;
}

/** Knows which answers events have made stale, and whether it can know. */
export interface InvalidationFeed extends AsyncDisposable {
  /** True while every event that was acknowledged more than `leaseMs` ago has been applied. */
  isLive(): boolean;
  /** Waits for that, at most so long; false at once while Redis is known to be away. */
  whenLive(waitMs: number): Promise<boolean>;
  /** Changes whenever an answer that was valid may not be valid any more. */
  readonly version: number;
  /** To be taken before a computation begins, and kept with its result. */
  asOf(): AsOf;
  isValid(asOf: AsOf, tags: readonly string[]): boolean;
  health(): CacheHealth;
}

type Phase =
  | { readonly kind: 'following'; readonly leaseUntil: number }
  | {
      readonly kind: 'lost';
      readonly reason: string;
      readonly sinceMs: number;
      /** Since when Redis has answered again, on the monotonic clock. */
      readonly answeredSince: number | undefined;
      readonly settleMs: number;
    };

const beginning: Position = '0-0';

/**
 * Follows the bus and marks the tags of its events. That it is not behind is not assumed: many times a second it asks where
 * each topic's newest event stands, and holds a lease from the moment it asked, once it has been given that event.
 * When Redis is away, or has lost events, everything older than the recovery is distrusted.
 */
export function createInvalidationFeed(options: InvalidationFeedOptions): InvalidationFeed {
  const { bus, redis, topics, leaseMs = 80, heartbeatMs = 20, outageMs = 1_000, settleMs = 2_000 } = options;
  const { monotonic = () => performance.now(), now = Date.now, onHealth = () => {} } = options;
  const marks = createTagMarks();
  const closing = new AbortController();
  const followers = new Map<string, AbortController>();
  const waiting = new Set<() => void>();
  let positions: Readonly<Record<string, Position>> = {};
  let redisMs = 0;
  let phase: Phase = {
    kind: 'lost',
    reason: 'starting',
    sinceMs: now(),
    answeredSince: undefined,
    settleMs: 0,
  };
  let asking: Promise<void> | undefined;
  let unanswered = 0;

  function isLive(): boolean {
    return phase.kind === 'following' && monotonic() < phase.leaseUntil;
  }

  function lose(reason: string, settle = settleMs): void {
    const before = phase;
    phase =
      before.kind === 'lost'
        ? { ...before, reason, answeredSince: undefined, settleMs: Math.max(before.settleMs, settle) }
        : { kind: 'lost', reason, sinceMs: now(), answeredSince: undefined, settleMs: settle };
    if (before.kind === 'following') onHealth(health());
  }

  function health(): CacheHealth {
    if (phase.kind === 'following') return { status: 'ok' };
    return { status: 'degraded', reason: phase.reason, sinceMs: phase.sinceMs };
  }

  function apply(topic: string, delivery: Delivery): void {
    if (delivery.kind === 'gap') lose(`events of ${topic} were missed: ${delivery.reason}`, 0);
    else marks.mark(topic, delivery.position, delivery.event.tags ?? []);
    positions = { ...positions, [topic]: delivery.position };
    for (const wake of waiting) wake();
  }

  async function follow(topic: string, after: Position): Promise<void> {
    followers.get(topic)?.abort();
    const turn = new AbortController();
    followers.set(topic, turn);
    positions = { ...positions, [topic]: after };
    const signal = AbortSignal.any([closing.signal, turn.signal]);
    while (!signal.aborted) {
      try {
        const from = positions[topic] ?? after;
        for await (const delivery of bus.follow(topic, { after: from, signal })) {
          if (signal.aborted) return;
          apply(topic, delivery);
        }
        if (!signal.aborted) lose(`the bus ended ${topic}`);
      } catch (error) {
        if (!signal.aborted) lose(`the bus failed on ${topic}: ${String(error)}`);
      }
      await sleep(heartbeatMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Until the follower of the topic has been given the event at `head`. */
  async function reached(topic: string, head: Position): Promise<void> {
    while (comparePositions(positions[topic] ?? beginning, head) < 0 && !closing.signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      });
    }
  }

  async function ask(): Promise<void> {
    const before = positions;
    const [askedMs, ...heads] = await Promise.all([timeOf(redis), ...topics.map((topic) => bus.head(topic))]);
    for (const [index, topic] of topics.entries()) {
      const head = heads[index] ?? beginning;
      const known = before[topic];
      const lost = known !== undefined && comparePositions(head, known) < 0;
      if (lost) lose('Redis has lost events');
      if (lost || known === undefined) void follow(topic, head);
      else await reached(topic, head);
    }
    redisMs = Math.max(redisMs, askedMs);
  }

  async function confirm(): Promise<void> {
    const askedAt = monotonic();
    try {
      await within(outageMs, ask());
      unanswered = 0;
    } catch (error) {
      unanswered += 1;
      // The first may fail because this process stood still; the second says that Redis does.
      const silent = phase.kind === 'lost' || monotonic() - phase.leaseUntil > outageMs;
      if (silent && unanswered > 1 && !closing.signal.aborted) lose(`Redis: ${String(error)}`);
      return;
    }
    if (phase.kind === 'lost') {
      const answeredSince = phase.answeredSince ?? askedAt;
      if (askedAt - answeredSince < phase.settleMs) {
        phase = { ...phase, answeredSince };
        return;
      }
      marks.distrustBefore(redisMs);
    }
    const recovered = phase.kind === 'lost';
    phase = { kind: 'following', leaseUntil: askedAt + leaseMs };
    if (recovered) onHealth(health());
  }

  function confirmOnce(): Promise<void> {
    asking ??= confirm().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  const ignoreLosses = onConnectionLost(redis, () => lose('the connection to Redis was lost'));

  const beating = (async () => {
    while (!closing.signal.aborted) {
      await confirmOnce();
      await sleep(heartbeatMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
    }
  })();

  return {
    isLive,
    async whenLive(waitMs) {
      if (isLive()) return true;
      if (phase.kind === 'lost') return false;
      // The question under way may be too old to give a lease: the one after it can.
      await within(
        waitMs,
        confirmOnce().then(() => (isLive() ? undefined : confirmOnce())),
      ).catch(() => {});
      return isLive();
    },
    get version() {
      return marks.version;
    },
    asOf: () => ({ redisMs, positions }),
    isValid: marks.isValid,
    health,
    async [Symbol.asyncDispose]() {
      ignoreLosses();
      closing.abort();
      lose('closed');
      for (const wake of waiting) wake();
      await beating;
    },
  };
}

/**
 * Unix milliseconds of one clock for all who ask: on a cluster that of the node that has this key. After a failover it is
 * another's, which must not be behind by more than `settleMs`.
 */
async function timeOf(redis: RedisConnection): Promise<number> {
  const [seconds, microseconds] = (await redis.eval(
    "return redis.call('TIME')",
    1,
    'eaio:cache:clock',
  )) as readonly [string, string];
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}
