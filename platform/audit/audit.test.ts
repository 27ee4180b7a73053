import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { createTestDatabase } from '../../test/kit/postgres.ts';
import { createTestRedis } from '../../test/kit/redis.ts';
import { until } from '../../test/kit/wait.ts';
import { createBus } from '../bus/bus.ts';
import { loadEventSchemas } from '../bus/event-schemas.ts';
import { migrate } from '../postgres/migrate.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { fileAnchor, redisAnchor } from './anchor.ts';
import { genesis, hashOf } from './chain.ts';
import { readRecords } from './records.ts';
import { readArchive, retireAudit } from './retire.ts';
import { append, readHead } from './store.ts';
import { createAuditTrail } from './trail.ts';
import type { AuditEntry, AuditRecord } from './types.ts';
import { verifyAudit } from './verify.ts';
import { writeAudit } from './writer.ts';

const log = pino({ level: 'silent' });

async function openWorld() {
  await using made = new AsyncDisposableStack();
  const database = made.use(await createTestDatabase());
  const server = made.use(await createTestRedis({ durable: true }));
  const folder = await mkdtemp(join(tmpdir(), 'eaio-test-audit-'));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  await migrate({
    connectionString: database.url,
    schema: 'audit',
    directory: fileURLToPath(new URL('migrations', import.meta.url)),
  });
  const bus = made.use(
    createBus({
      redis: server.redis,
      schemas: loadEventSchemas(),
      log,
      maxLength: 1e6,
    }),
  );
  const metrics = createMetrics();
  const trail = made.use(createAuditTrail({ bus, metrics, log, source: '/test', mergeMs: 60_000 }));
  const anchors = [fileAnchor(join(folder, 'anchor.json')), redisAnchor(server.redis)];
  const { pool } = database;
  const begin = () => {
    const stop = new AbortController();
    const ended = writeAudit({ pool, bus, anchors, log, signal: stop.signal });
    return async () => {
      stop.abort();
      await ended;
    };
  };
  const stack = made.move();
  return {
    ...{ pool, database, server, bus, metrics, trail, anchors, folder, begin },
    kept: () => readRecords(pool, { limit: 1_000 }),
    verify: () => verifyAudit({ pool, anchors }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const deed = (what: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  kind: 'admin',
  what,
  outcome: 'done',
  ...more,
});

const records = (count: number): readonly AuditRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    atMs: 1_000 * index,
    kind: 'admin',
    what: `deed ${index + 1}`,
    outcome: 'done',
  }));

// Proves: audit.outlives-crashes
test('records go through the bus into the chain in order, each once, over a change of the writer', async () => {
  await using world = await openWorld();
  for (let index = 1; index <= 5; index += 1) await world.trail.recordFirst(deed(`deed ${index}`));
  const stop = world.begin();
  await until(async () => (await world.kept()).length === 5, { what: 'five records' });
  await stop();
  world.trail.record(deed('deed 6'));
  const stopSecond = world.begin();
  await until(async () => (await world.kept()).length === 6, { what: 'the sixth record' });
  await stopSecond();
  expect((await world.kept()).map(({ record }) => record.what).toReversed()).toEqual(
    [1, 2, 3, 4, 5, 6].map((index) => `deed ${index}`),
  );
  expect(await world.verify()).toEqual({ checked: 6, last: 6, faults: [] });
});

// Proves: audit.outlives-crashes
test('a writer whose place was taken can not append, and a record that comes twice is kept once', async () => {
  await using database = await openWorld();
  const { pool } = database;
  const batch = records(3);
  await append(pool, { records: batch, from: null, to: '1-0' });
  await expect(append(pool, { records: batch, from: null, to: '2-0' })).rejects.toThrow(
    'moved by another writer',
  );
  await append(pool, { records: [...batch, ...records(1)], from: '1-0', to: '2-0' });
  expect(await readHead(pool)).toMatchObject({ seq: 4, position: '2-0' });
});

// Proves: audit.append-only
test('the table refuses update, delete and truncate, also from its owner', async () => {
  await using world = await openWorld();
  await append(world.pool, { records: records(3), from: null, to: '1-0' });
  for (const statement of [
    `update audit.record set entry = '{}'`,
    'delete from audit.record where seq = 2',
    'truncate audit.record',
    'delete from audit.head',
    'truncate audit.segment',
  ])
    await expect(world.pool.query(statement)).rejects.toThrow(/append-only|no archive|denied/);
  expect((await world.verify()).faults).toEqual([]);
});

/** What somebody can do who may change the tables themselves. */
async function tampered(statements: readonly string[]): Promise<readonly string[]> {
  await using world = await openWorld();
  const head = await append(world.pool, { records: records(10), from: null, to: '1-0' });
  for (const anchor of world.anchors) await anchor.write({ seq: head.seq, hash: head.hash.toString('hex') });
  expect((await world.verify()).faults).toEqual([]);
  await world.pool.query(
    'alter table audit.record disable trigger all; alter table audit.head disable trigger all',
  );
  for (const statement of statements) await world.pool.query(statement);
  return (await world.verify()).faults;
}

// Proves: audit.chain
test.each([
  [
    'changed',
    [`update audit.record set entry = replace(entry, 'deed 5', 'deed X') where seq = 5`],
    [/^Record 5 was changed/],
  ],
  ['deleted', ['delete from audit.record where seq in (4, 5)'], [/^Records 4 to 5 are missing/]],
  [
    'swapped',
    [
      'update audit.record set seq = -seq where seq in (3, 4)',
      'update audit.record set seq = 7 + seq where seq < 0',
    ],
    [/^Record 3 was changed/, /^Record 4 was changed/],
  ],
  [
    'cut off at the end, and the head with it',
    [
      'delete from audit.record where seq > 7',
      'update audit.head set (seq, hash) = (select seq, hash from audit.record where seq = 7)',
    ],
    [/end is cut off.*anchor\.json.*record 10.*last one here is 7/, /end is cut off: Redis/],
  ],
  ['emptied', ['delete from audit.record'], [/cut off/, /cut off/]],
] as const)('a chain that was %s is found', async (_what, statements, faults) => {
  const found = await tampered(statements);
  for (const fault of faults) expect(found).toContainEqual(expect.stringMatching(fault));
});

// Proves: audit.chain
test('a chain that was written anew, hashes and all, differs from what is known apart from it', async () => {
  await using world = await openWorld();
  const head = await append(world.pool, { records: records(3), from: null, to: '1-0' });
  for (const anchor of world.anchors) await anchor.write({ seq: head.seq, hash: head.hash.toString('hex') });
  await world.pool.query('alter table audit.record disable trigger all');
  await world.pool.query('delete from audit.record');
  let previous: Buffer = genesis;
  for (const [index, record] of records(3).entries()) {
    const entry = JSON.stringify(record);
    const hash = hashOf(previous, index + 1, entry);
    await world.pool.query(
      'insert into audit.record (seq, entry, previous_hash, hash) values ($1, $2, $3, $4)',
      [index + 1, entry, previous, hash],
    );
    previous = hash;
  }
  expect((await world.verify()).faults).toEqual([
    expect.stringContaining('the chain was written anew'),
    expect.stringContaining('the chain was written anew'),
  ]);
});

// Proves: audit.append-only
test('old records are archived in verified segments, leave the table, and the rest is still whole', async () => {
  await using world = await openWorld();
  await append(world.pool, { records: records(10), from: null, to: '1-0' });
  const retired = await retireAudit({
    pool: world.pool,
    folder: world.folder,
    beforeMs: 6_000,
    segmentSize: 4,
  });
  expect(retired).toBe(6);
  expect((await world.kept()).map(({ seq }) => seq)).toEqual([10, 9, 8, 7]);
  expect(await world.verify()).toMatchObject({ checked: 4, last: 10, faults: [] });
  const first = await readArchive(join(world.folder, 'audit-1-4.ndjson.gz'), { seq: 0, hash: genesis });
  expect(first.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  await append(world.pool, { records: records(1), from: '1-0', to: '2-0' });
  expect((await world.verify()).faults).toEqual([]);
  await world.pool.query('alter table audit.record disable trigger all');
  await world.pool.query('delete from audit.record where seq = 7');
  expect((await world.verify()).faults).toEqual(['Record 7 is missing.']);
});

// Proves: audit.no-record-no-command
test('while Redis is away commands are refused and the health says so; what happened meanwhile comes later', async () => {
  await using world = await openWorld();
  const stop = world.begin();
  await world.trail.recordFirst(deed('before'));
  await world.server.stop();
  await expect(world.trail.recordFirst(deed('refused'))).rejects.toMatchObject({
    code: 'DEPENDENCY_UNAVAILABLE',
  });
  world.trail.record(deed('meanwhile'));
  expect(world.trail.health()).toMatchObject({ status: 'degraded' });
  expect((await world.metrics.exposition()).text).toContain('eaio_audit_path_up 0');
  await world.server.start();
  await until(async () => (await world.kept()).some(({ record }) => record.what === 'meanwhile'), {
    what: 'the record that waited',
  });
  expect(world.trail.health()).toEqual({ status: 'ok' });
  expect((await world.kept()).map(({ record }) => record.what)).not.toContain('refused');
  await stop();
});

test('equal refusals become one record with their count', async () => {
  await using world = await openWorld();
  await using trail = createAuditTrail({
    ...{ bus: world.bus, metrics: world.metrics, log, source: '/test', mergeMs: 60_000 },
  });
  for (let index = 0; index < 500; index += 1)
    trail.record(deed('POST /graphql', { kind: 'denied', outcome: 'denied', code: 'UNAUTHENTICATED' }));
  trail.record(deed('POST /mcp', { kind: 'denied', outcome: 'denied', code: 'UNAUTHENTICATED' }));
  await trail[Symbol.asyncDispose]();
  const stop = world.begin();
  await until(async () => (await world.kept()).length === 3, { what: 'three records' });
  await stop();
  expect((await world.kept()).map(({ record: { what, count } }) => [what, count])).toEqual([
    ['POST /graphql', 499],
    ['POST /mcp', undefined],
    ['POST /graphql', undefined],
  ]);
});

// Proves: audit.secrets-masked
test('secrets are masked by name and by look, long lists cut, and nothing breaks the JSON of PostgreSQL', async () => {
  await using world = await openWorld();
  const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
  await world.trail.recordFirst(
    deed('keys', {
      arguments: {
        password: 'planted-1',
        device: { credentials: { user: 'planted-2' }, apiKey: 'planted-3' },
        note: `use Bearer planted-4 or ${jwt}`,
        url: 'postgres://me:planted-5@host/db',
        list: Array.from({ length: 1_000 }, (_, index) => index),
        odd: 'a\0b\ud800',
        deep: { a: { b: { c: { d: { e: { f: 1 } } } } } },
      },
    }),
  );
  const stop = world.begin();
  const [kept] = await until(async () => (await world.kept()).length > 0 && world.kept(), {
    what: 'the record',
  });
  await stop();
  const text = JSON.stringify(kept);
  expect(text).not.toMatch(/planted|eyJ/);
  expect(text).toContain('(and 980 more)');
  expect(text).toContain('postgres://me:(hidden)@host/db');
});
