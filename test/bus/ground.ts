import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { type BusOptions, createBus } from '../../platform/bus/bus.ts';
import type { Batch } from '../../platform/bus/consume/types.ts';
import { defineTopics, type TopicDefinition } from '../../platform/bus/define-topics.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import { createOffice } from '../../platform/bus/office.ts';
import type { NewEvent } from '../../platform/bus/types.ts';
import { migrate } from '../../platform/postgres/migrate.ts';
import type { RedisConnection } from '../../platform/redis/redis.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { createTestDatabase } from '../kit/postgres.ts';

const number = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };

/** Writes `<topic>/v<N>.json` for as many versions of each topic as is said, all of one form. */
export function schemaFolder(versions: Readonly<Record<string, number>>) {
  const folder = mkdtempSync(join(tmpdir(), 'eaio-schemas-'));
  for (const [topic, count] of Object.entries(versions)) {
    mkdirSync(join(folder, topic));
    for (let version = 1; version <= count; version++) {
      writeFileSync(join(folder, topic, `v${version}.json`), JSON.stringify(number));
    }
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** One process' bus on a Redis: topics `test.ticked` as declared here, and whatever else is. */
export function openBus(
  redis: RedisConnection,
  {
    topics = {},
    versions,
    ...options
  }: Partial<Omit<BusOptions, 'topics'>> & {
    readonly topics?: Readonly<Record<string, TopicDefinition>>;
    readonly versions?: Readonly<Record<string, number>>;
  } = {},
) {
  const definitions = defineTopics(topics);
  using folder = schemaFolder(versions ?? Object.fromEntries(Object.keys(topics).map((name) => [name, 1])));
  const schemas = loadEventSchemas(folder.folder);
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const metrics = createMetrics();
  const bus = createBus({ redis, schemas, topics: definitions, log, metrics, ...options });
  return {
    ...{ bus, lines, metrics, schemas },
    office: createOffice({ redis, schemas, topics: definitions, maxLength: 10_000 }),
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}

export const tick = (n: number, more: Partial<NewEvent> = {}): NewEvent => ({
  type: 'eaio.test.ticked.v1',
  source: '/test',
  data: { n },
  ...more,
});

/** Numbers from `from` to `to` under their key: each of `keys` gets every so-manieth. */
export const ticks = (from: number, to: number, keys = 1): readonly NewEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) =>
    tick(from + index, { key: `k${(from + index) % keys}` }),
  );

export const numbersOf = ({ events }: Pick<Batch, 'events'>): readonly number[] =>
  events.map(({ data }) => (data as { n: number }).n);

export const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** A database with the bus' tables, and one of effects: a number a row, as often as it was counted. */
export async function busDatabase() {
  const database = await createTestDatabase();
  const directory = fileURLToPath(new URL('../../platform/bus/migrations', import.meta.url));
  await migrate({ connectionString: database.url, schema: 'bus', directory });
  await database.pool.query('create table effect (no bigserial primary key, key text, n integer not null)');
  return database;
}
