import { createEdge } from '../../cli/roles/edge.ts';
import type { PreparedRole, RoleContext } from '../../cli/roles/role.ts';
import { runRole } from '../../cli/roles/run-role.ts';
import { createSubgraphRole } from '../../cli/roles/subgraph.ts';
import { createWorkers } from '../../cli/roles/workers.ts';
import { Interrupted } from '../../cli/supervisor/stop-signal.ts';
import { loadOrCreateLocalKey } from '../../platform/identity/local-key.ts';
import { createTokenIssuer } from '../../platform/identity/token-issuer.ts';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { until } from '../kit/wait.ts';
import { createTestGround, loadTestData, type TestGround } from './ground.ts';

let ground: TestGround;
let token: string;

beforeAll(async () => {
  ground = await createTestGround();
  await loadTestData(ground);
  const issuer = createTokenIssuer({
    key: await loadOrCreateLocalKey(ground.folder),
    issuer: 'eaio',
    audience: 'eaio',
  });
  token = await issuer.issue({ subject: 'test', roles: ['energy_engineer'] });
}, 60_000);
afterAll(() => ground[Symbol.asyncDispose]());

const contextOf = (env: NodeJS.ProcessEnv = {}): RoleContext => ({
  config: ground.config(env),
  databaseUrl: ground.database.url,
  redisUrl: ground.redis.url,
  log: createLogger({ level: 'silent', name: 'test' }),
  lifecycle: ground.lifecycle,
});

/** Builds a role, opens its doors, and tells where they are. */
async function open(
  create: (context: RoleContext) => Promise<PreparedRole>,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const port = await freePort();
  const role = await create(contextOf({ ...env, PORT: String(port) }));
  await role.serve();
  return `http://127.0.0.1:${port}`;
}

async function graphql(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return await response.json();
}

const wholeGraph =
  '{ buildings { nodes { id site { id } meters { nodes { id type } } peakDemand(range: { period: LAST_30_DAYS }) { rate } } } }';

describe('the edge', () => {
  test('answers over portfolio and energy, takes readings, offers tools, is healthy and measured', async () => {
    const url = await open(createEdge);
    const { data } = (await graphql(url, wholeGraph)) as {
      data: { buildings: { nodes: { id: string; meters: { nodes: { id: string }[] } }[] } };
    };
    expect(data.buildings.nodes).toHaveLength(2);
    const meterId = data.buildings.nodes[0]?.meters.nodes[0]?.id;
    expect(meterId).toBeDefined();

    const authorization = `Bearer ${token}`;
    const time = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString();
    const sent = await fetch(`${url}/ingest/v1/readings`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify([
        { meterId, time, value: 7 },
        { meterId, time, value: -7 },
      ]),
    });
    expect(await sent.json()).toMatchObject({ stored: 1, rejected: 1 });

    const tools = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(await tools.text()).toContain('"BuildingEnergyUse"');
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({
      status: 'ok',
      parts: { postgres: { status: 'ok' }, cache: { status: 'ok' }, audit: { status: 'ok' } },
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('eaio_http_request_seconds_bucket');
  }, 60_000);

  // Proves: roles.apart, router.same-remote
  test('gives the same answers over subgraphs that run elsewhere', async () => {
    const [here, portfolio, energy] = await Promise.all([
      open(createEdge),
      open((context) => createSubgraphRole('portfolio', context)),
      open((context) => createSubgraphRole('energy', context)),
    ]);
    const elsewhere = await open(createEdge, {
      SUBGRAPH_PORTFOLIO_URLS: `${portfolio}/graphql`,
      SUBGRAPH_ENERGY_URLS: `${energy}/graphql`,
    });
    const query =
      '{ buildings { nodes { id name site { id timeZone } meters { nodes { id type unit } } } } }';
    const expected = (await graphql(here, query)) as { data: unknown };
    expect(((await graphql(elsewhere, query)) as { data: unknown }).data).toEqual(expected.data);
    expect((await fetch(`${energy}/health/ready`)).status).toBe(200);
  }, 60_000);
});

describe('the workers', () => {
  // Proves: live.synthetic
  test('bring live readings of the portfolio that the database was begun with, where its readings end', async () => {
    const stored = async (): Promise<number> => {
      const { rows } = await ground.database.pool.query<{ count: number }>(
        'select count(*)::int as count from energy.reading',
      );
      return rows[0]?.count ?? 0;
    };
    const before = await stored();
    const came = waitForEvent();
    // A day passes in a second.
    await (await createWorkers(contextOf({ EAIO_SPEED: '86400' }))).serve();
    await came;
    expect(await stored()).toBeGreaterThan(before);
  }, 60_000);

  test('make nothing up for a database that was begun with none', async () => {
    await using other = await createTestGround();
    const context = {
      ...contextOf(),
      config: other.config(),
      databaseUrl: other.database.url,
      redisUrl: other.redis.url,
      lifecycle: other.lifecycle,
    };
    const workers = await createWorkers(context);
    await workers.serve();
    const { rows } = await other.database.pool.query('select from energy.meter');
    expect(rows).toHaveLength(0);
  }, 60_000);
});

describe('a role as a process', () => {
  // Proves: roles.apart
  test('serves until it is stopped, then is gone', async () => {
    const stop = new AbortController();
    const port = await freePort();
    const running = runRole({
      config: ground.config({ PORT: String(port) }),
      role: 'subgraph:portfolio',
      supervised: false,
      stop: stop.signal,
    });
    await until(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).status === 200, {
      what: 'the role to be ready',
    });
    stop.abort(new Interrupted());
    await running;
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  }, 60_000);

  test('that nobody knows is refused', async () => {
    const { signal } = new AbortController();
    await expect(
      runRole({ config: ground.config(), role: 'subgraph:cheese', supervised: false, stop: signal }),
    ).rejects.toThrow('There is no subgraph "cheese"');
  });
});

/** Resolves with the next readings that the bus tells of. */
async function waitForEvent(): Promise<void> {
  const redis = createRedis(ground.redis.url, { name: 'test-waiting', commandTimeoutMs: 60_000 });
  try {
    const [key] = await redis.keys('eaio:events:*energy.readings-stored*');
    if (key === undefined) throw new Error('The bus has no stream of readings.');
    await redis.xread('BLOCK', 50_000, 'STREAMS', key, '$');
  } finally {
    redis.disconnect();
  }
}
