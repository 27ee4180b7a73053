import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createTestSystem, type TestEdge, type TestSystem } from '../kit/edge.ts';
import { connectModern } from '../mcp/clients.ts';

const env = {
  EAIO_LIMIT_REQUESTS: '40',
  EAIO_LIMIT_COST: '5000',
  EAIO_LIMIT_TOOL: '6',
  EAIO_LIMIT_INGEST: '4',
  EAIO_LIMIT_STREAMS: '3',
};
let system: TestSystem;
let other: TestEdge;
const made = new AsyncDisposableStack();

beforeAll(async () => {
  system = made.use(await createTestSystem({ buildings: 1, months: 1, env }));
  other = await system.openEdge();
});
afterAll(() => made.disposeAsync());

const cheap = '{ portfolio { buildingCount } }';

const ask = (edge: string, token: string, query = cheap) =>
  fetch(`${edge}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query }),
  });

// Proves: limits.shared, limits.told
test('two edges let through what one limit allows, and say when to come back', async () => {
  const token = await system.tokenFor('energy_engineer', { subject: 'limits-shared' });
  const statuses: number[] = [];
  let refused: Response | undefined;
  let told: Response | undefined;
  for (let index = 0; index < 60; index += 1) {
    const answer = await ask(index % 2 === 0 ? system.url : other.url, token);
    statuses.push(answer.status);
    if (answer.status === 200) told = answer;
    else refused = answer;
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(40);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  expect(told?.headers.get('ratelimit-policy')).toBe(
    '"requests";q=40;w=60, "cost";q=5000;w=60, "day";q=500000000000;w=86400',
  );
  expect(told?.headers.get('ratelimit')).toMatch(/^"requests";r=\d+;t=\d+$/);
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused?.json()).toMatchObject({
    errors: [{ extensions: { code: 'RATE_LIMITED', retryable: true, policy: 'requests' } }],
  });
});

// Proves: limits.cost
test('dear operations use the limit up sooner', async () => {
  const token = await system.tokenFor('energy_engineer', { subject: 'limits-cost' });
  const dear =
    '{ buildings(first: 100) { edges { node { id meters(first: 20) { edges { node { id } } } } } } }';
  const codes: unknown[] = [];
  for (let index = 0; index < 10; index += 1) {
    const { errors = [] } = (await (await ask(system.url, token, dear)).json()) as {
      errors?: { extensions: { policy?: string } }[];
    };
    codes.push(errors[0]?.extensions.policy);
  }
  expect(codes[0]).toBeUndefined();
  expect(codes.at(-1)).toBe('cost');
});

// Proves: limits.shared
test('ingest and tools have limits of their own', async () => {
  const token = await system.tokenFor('energy_engineer', { subject: 'limits-doors' });
  const statuses: number[] = [];
  for (let index = 0; index < 6; index += 1) {
    const { status } = await fetch(`${index % 2 === 0 ? system.url : other.url}/ingest/v1/readings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '[]',
    });
    statuses.push(status);
  }
  expect(statuses.slice(-2)).toEqual([429, 429]);
  expect(statuses.filter((status) => status === 429)).toHaveLength(2);

  await using client = await connectModern({ url: system.url, token });
  const calls = [];
  for (let index = 0; index < 8; index += 1)
    calls.push(await client.callTool({ name: 'PortfolioSummary', arguments: {} }));
  expect(calls.filter(({ isError }) => isError === true)).toHaveLength(2);
  expect(JSON.stringify(calls.at(-1))).toContain('Come back in');
});

// Proves: limits.streams, limits.shared
test('a principal holds a bounded number of streams, and WebSockets count like every door', async () => {
  const token = await system.tokenFor('energy_engineer', { subject: 'limits-streams' });
  const client = createClient({
    url: `${system.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const [building] = system.portfolio.buildings;
  const query = `subscription { energyPulse(buildingId: "${building?.id}") { asOf } }`;
  const open = () => {
    const failed = Promise.withResolvers<unknown>();
    const stop = client.subscribe(
      { query },
      {
        next: () => failed.resolve('event'),
        error: failed.resolve,
        complete: () => failed.resolve('complete'),
      },
    );
    return { stop, outcome: failed.promise };
  };
  const streams = [open(), open(), open(), open()];
  const refused = await Promise.race(
    streams.map(async ({ outcome }) => {
      const what = await outcome;
      return what === 'event' ? new Promise<never>(() => undefined) : what;
    }),
  );
  expect(refused).toMatchObject([{ extensions: { code: 'RATE_LIMITED', policy: 'streams' } }]);
  for (const { stop } of streams) stop();
  await client.dispose();
});
