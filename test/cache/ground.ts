import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import type { NewEvent } from '../../platform/bus/types.ts';
import { type CacheOptions, createCache } from '../../platform/cache/create-cache.ts';
import type { CacheHealth, Computed } from '../../platform/cache/types.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';

export const topic = 'test.changed';

/** An event that makes these tags stale. */
export const changed = (...tags: readonly string[]): NewEvent => ({
  type: `eaio.${topic}.v1`,
  source: '/test',
  data: {},
  tags,
});

/** Something to keep for a minute. */
export const computed = (body: string, more: Partial<Computed> = {}): Computed => ({
  body: Buffer.from(body),
  tags: ['a'],
  ttlMs: 60_000,
  staleMs: 0,
  note: { status: 200 },
  ...more,
});

/** Schemas that know the one event type of these tests. */
export function testSchemas() {
  const folder = mkdtempSync(join(tmpdir(), 'eaio-schemas-'));
  mkdirSync(join(folder, topic));
  writeFileSync(join(folder, topic, 'v1.json'), JSON.stringify({ type: 'object' }));
  const schemas = loadEventSchemas(folder);
  rmSync(folder, { recursive: true });
  return schemas;
}

/** A bus on a connection of its own. */
export function openBus(url: string) {
  const redis = createRedis(url, { name: 'test-bus', commandTimeoutMs: 1_000 });
  const log = pino({ level: 'silent' });
  const bus = createBus({ redis, schemas: testSchemas(), log, blockMs: 500 });
  return {
    bus,
    async [Symbol.asyncDispose]() {
      await bus[Symbol.asyncDispose]();
      redis.disconnect();
    },
  };
}

export type EdgeOptions = Partial<Omit<CacheOptions, 'bus' | 'redis' | 'topics' | 'metrics'>>;

/** The cache of one edge process: connections, bus and metrics of its own. */
export function openEdge(url: string, options: EdgeOptions = {}) {
  const { bus, ...ground } = openBus(url);
  const redis = createRedis(url, { name: 'test-cache', commandTimeoutMs: 1_000 });
  const metrics = createMetrics();
  const changes: CacheHealth[] = [];
  const cache = createCache({
    ...options,
    ...{ bus, redis, metrics, topics: [topic] },
    onHealth: (health) => changes.push(health),
  });
  return {
    ...{ bus, cache, metrics, changes },
    /** Computes `body` unless the cache has it; says where the answer came from. */
    async ask(key: string, body: string, more: Partial<Computed> = {}) {
      const found = await cache.fetch(key, 'TEST', async () => computed(body, more));
      return { body: found.entry.body.toString(), source: found.source, stale: found.stale };
    },
    async [Symbol.asyncDispose]() {
      await cache[Symbol.asyncDispose]();
      await ground[Symbol.asyncDispose]();
      redis.disconnect();
    },
  };
}
