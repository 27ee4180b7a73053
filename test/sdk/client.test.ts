import {
  createClient,
  type EaioClient,
  EaioError,
  Forbidden,
  InvalidInput,
  PartialAnswer,
  TimedOut,
  Unauthorized,
  Unavailable,
} from '../../sdk/src/index.ts';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';
import { createTcpProxy, type TcpProxy } from '../kit/tcp-proxy.ts';
import { until } from '../kit/wait.ts';

let system: TestSystem;
let proxy: TcpProxy;
let token: string;
let client: EaioClient;
const range = { period: 'LAST_30_DAYS' } as const;

beforeAll(async () => {
  system = await createTestSystem({ buildings: 3, months: 3 });
  proxy = await createTcpProxy({ port: Number(new URL(system.url).port) });
  token = await system.tokenFor('energy_engineer');
  client = createClient({ url: proxy.through(system.url), token, timeoutMs: 10_000 });
}, 120_000);
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
});

const buildingId = () => system.portfolio.buildings[0]?.id ?? '';
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the typed client', () => {
  test('asks by id and gives typed data', async () => {
    const { portfolio } = await client.portfolio.portfolioSummary();
    expect(portfolio.buildingCount).toBe(3);
    const { building } = await client.energy.buildingEnergyUse({
      buildingId: buildingId(),
      range,
      types: ['ELECTRICITY'],
    });
    expect(building?.energyUse?.[0]).toMatchObject({
      type: 'ELECTRICITY',
      unit: 'KILOWATT_HOUR',
      total: expect.any(Number),
    });
    expect(system.reached.at(-1)?.query).toContain('energyUse');
  });

  // Proves: sdk.typed-errors
  test('names who is not known: a bad token is Unauthorized', async () => {
    const stranger = createClient({ url: system.url, token: 'not-a-token' });
    expect(await failure(stranger.energy.dataClock())).toBeInstanceOf(Unauthorized);
  });

  // Proves: sdk.typed-errors
  test('tells which scopes are missing', async () => {
    const viewer = createClient({ url: system.url, token: () => system.tokenFor('viewer') });
    const error = await failure(viewer.energy.ingestReadings({ readings: [] }));
    expect(error).toBeInstanceOf(Forbidden);
    expect((error as Forbidden).missingScopes).toEqual([['energy:ingest']]);
  });

  // Proves: sdk.typed-errors
  test('tells every fault of the input, with its path', async () => {
    const wrong = {
      buildingId: buildingId(),
      range: { period: 'LAST_FORTNIGHT' },
      types: ['PHLOGISTON'],
    } as never;
    const error = await failure(client.energy.buildingEnergyUse(wrong));
    expect(error).toBeInstanceOf(InvalidInput);
    expect((error as InvalidInput).faults.map((f) => f.path).sort()).toEqual(['range.period', 'types[0]']);
  });

  test('gives partial answers only to those who take them', async () => {
    await system.doors.energy.shut();
    try {
      const asked = { buildingId: buildingId() };
      const error = await failure(client.portfolio.buildingFacts(asked));
      expect(error).toBeInstanceOf(PartialAnswer);
      expect((error as PartialAnswer<{ building: { id: string } }>).data.building.id).toBe(buildingId());
      const told: string[] = [];
      const { building } = await client.portfolio.buildingFacts(asked, {
        onPartial: (errors) => void told.push(...errors.map((e) => e.message)),
      });
      expect(building?.id).toBe(buildingId());
      expect(told.join()).toContain('energy');
    } finally {
      await system.doors.energy.open();
      await until(() => client.energy.dataClock().then(() => true), {
        what: 'the router to use the energy subgraph again',
      });
    }
  });

  // Proves: sdk.retries
  test('tries a query again when the connection breaks, and a mutation never', async () => {
    const attempts: string[] = [];
    const flaky = createClient({
      url: system.url,
      token,
      fetch: async (input, init) => {
        attempts.push(String(init?.body).includes('readings') ? 'mutation' : 'query');
        if (attempts.length === 1 || attempts[0] === 'mutation') throw new TypeError('fetch failed');
        return fetch(input, init);
      },
    });
    expect(await flaky.energy.dataClock()).toHaveProperty('asOf');
    expect(attempts).toEqual(['query', 'query']);
    attempts.length = 0;
    expect(await failure(flaky.energy.ingestReadings({ readings: [] }))).toBeInstanceOf(Unavailable);
    expect(attempts).toEqual(['mutation']);
  });

  // Proves: sdk.gives-up
  test('gives up in time when the server is silent, and at once when told to', async () => {
    proxy.silence();
    try {
      const hasty = createClient({ url: proxy.through(system.url), token, timeoutMs: 150 });
      expect(await failure(hasty.energy.dataClock())).toBeInstanceOf(TimedOut);
      const abort = new AbortController();
      const waiting = failure(client.energy.dataClock({}, { signal: abort.signal }));
      abort.abort(new Error('changed my mind'));
      expect(await waiting).toMatchObject({ message: 'changed my mind' });
    } finally {
      proxy.reset();
      proxy.speak();
    }
  });

  // Proves: sdk.batching
  test('puts queries of one moment into one request, and gives each its own answer', async () => {
    const bodies: unknown[] = [];
    const batching = createClient({
      url: system.url,
      token,
      batch: { maxSize: 10 },
      fetch: (input, init) => {
        bodies.push(JSON.parse(String(init?.body)));
        return fetch(input, init);
      },
    });
    const [summary, clock, wrong] = await Promise.all([
      batching.portfolio.portfolioSummary(),
      batching.energy.dataClock(),
      failure(
        batching.energy.buildingEnergyUse({ buildingId: buildingId(), range: { period: 'NEVER' as never } }),
      ),
    ]);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toHaveLength(3);
    expect(summary.portfolio.buildingCount).toBe(3);
    expect(clock.asOf).not.toBeNull();
    expect(wrong).toBeInstanceOf(InvalidInput);
  });

  test("calls what it does not know by the server's own code", async () => {
    const lost = createClient({ url: `${system.url}/nowhere`, token, retries: 0 });
    const error = await failure(lost.energy.dataClock());
    expect(error).toBeInstanceOf(EaioError);
    expect(error).toMatchObject({ code: 'NOT_FOUND' });
  });
});
