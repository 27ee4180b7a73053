import { pino } from 'pino';
import { readRecords } from '../../platform/audit/records.ts';
import { writeAudit } from '../../platform/audit/writer.ts';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';
import { until } from '../kit/wait.ts';
import { connectModern } from '../mcp/clients.ts';

const log = pino({ level: 'silent' });
let system: TestSystem;
const made = new AsyncDisposableStack();

beforeAll(async () => {
  system = made.use(await createTestSystem({ buildings: 1, months: 1 }));
});
afterAll(() => made.disposeAsync());

/** What is on record, with the writer that puts it there. */
async function openRecords() {
  const pool = createPool({ connectionString: system.databaseUrl, applicationName: 'audit-test' });
  const bus = createBus({ redis: system.redis.redis, schemas: loadEventSchemas(), log });
  const stop = new AbortController();
  const ended = writeAudit({ pool, bus, anchors: [], log, signal: stop.signal });
  return {
    wanted: (subject: string, count: number) =>
      until(
        async () => {
          const records = await readRecords(pool, { subject, limit: 100 });
          return records.length >= count && records.map(({ record }) => record).toReversed();
        },
        { what: `${count} records of ${subject}` },
      ),
    all: () => readRecords(pool, { limit: 1_000 }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
      await bus[Symbol.asyncDispose]();
      await pool.end();
    },
  };
}

const traceId = '0af7651916cd43dd8448eb211c80319c';

const send = async (token: string | undefined, query: string) =>
  fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      'user-agent': 'audit-test/1',
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });

// Proves: audit.all-on-record
test('a mutation, a refusal, a bad token and a tool call are on record: who, from where, what, how it ended', async () => {
  await using records = await openRecords();
  const engineer = await system.tokenFor('energy_engineer', { subject: 'audit-engineer' });
  const viewer = await system.tokenFor('viewer', { subject: 'audit-viewer' });
  const mutation = `mutation Send { ingestReadings(readings: [{ meterId: "none", time: "2020-01-01T00:00:00Z", value: 1 }]) { stored rejected } }`;

  expect((await send(engineer, mutation)).status).toBe(200);
  expect((await send(viewer, mutation)).status).toBe(403);
  expect((await send('eyJhbGciOiJub25lIn0.e30.', mutation)).status).toBe(401);
  const client = await connectModern({ url: system.url, token: engineer });
  await client.callTool({ name: 'PortfolioSummary', arguments: {} });
  await client.close();

  const from = { address: '127.0.0.1', userAgent: 'audit-test/1', traceId };
  const [sent, called] = await records.wanted('audit-engineer', 2);
  expect(sent).toMatchObject({
    kind: 'mutation',
    what: 'Send',
    outcome: 'done',
    roles: ['energy_engineer'],
    ...from,
  });
  expect(called).toMatchObject({ kind: 'tool', what: 'PortfolioSummary', outcome: 'done', door: 'mcp' });
  expect(await records.wanted('audit-viewer', 1)).toMatchObject([
    { kind: 'denied', outcome: 'denied', code: 'PERSISTED_QUERY_ONLY', ...from },
  ]);
  const nobody = (await records.all()).find(({ record }) => record.code === 'UNAUTHENTICATED');
  expect(nobody?.record).toMatchObject({ kind: 'denied', what: 'POST /graphql', ...from });
});
