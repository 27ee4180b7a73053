import { streamKey } from '../../platform/bus/keys.ts';
import { createClient, type LiveEvent, Unauthorized } from '../../sdk/src/index.ts';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';
import { createTcpProxy, type TcpProxy } from '../kit/tcp-proxy.ts';
import { until } from '../kit/wait.ts';

let system: TestSystem;
let proxy: TcpProxy;
let token: string;

beforeAll(async () => {
  system = await createTestSystem({ buildings: 2, months: 2 });
  proxy = await createTcpProxy({ port: Number(new URL(system.url).port) });
  token = await system.tokenFor('energy_engineer');
}, 120_000);
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
});

const meter = () => {
  const found = system.meters.find(({ type }) => type === 'ELECTRICITY');
  if (!found) throw new Error('The synthetic portfolio has electricity');
  return found;
};
/** Stores one reading, one interval after the last. */
let stored = 0;
async function store(): Promise<string> {
  const client = createClient({ url: system.url, token });
  const time = new Date(system.lastHourMs - 86_400_000 * 40 + 60_000 * stored++).toISOString();
  const { ingestReadings } = await client.energy.ingestReadings({
    readings: [{ meterId: meter().id, time, value: 1_000 + stored, intervalSeconds: 60 }],
  });
  expect(ingestReadings.stored).toBe(1);
  return time;
}
const next = async (events: AsyncIterableIterator<LiveEvent<{ readingAdded: { time: string } }>>) => {
  const { value } = await events.next();
  return value as LiveEvent<{ readingAdded: { time: string } }>;
};

describe.each(['websocket', 'sse'] as const)('subscriptions over %s', (subscriptions) => {
  test('give the present pulse at once', async () => {
    const client = createClient({ url: system.url, token, subscriptions });
    const pulses = client.energy.energyPulse({ buildingId: meter().buildingId });
    const { value } = await pulses.next();
    expect(value).toMatchObject({
      kind: 'data',
      data: { energyPulse: { type: 'ELECTRICITY', building: { id: meter().buildingId } } },
    });
    await pulses.return?.();
  });

  // Proves: sdk.resume
  test('go on behind the last event when the connection breaks: nothing missed, nothing doubled', async () => {
    const client = createClient({ url: proxy.through(system.url), token, subscriptions });
    const abort = new AbortController();
    const pulse = client.energy.energyPulse({ buildingId: meter().buildingId }, { signal: abort.signal });
    const events = client.energy.readingAdded(
      { buildingIds: [meter().buildingId] },
      { signal: abort.signal },
    );
    const first = next(events);
    // The pulse answers at once: by then the stream before it on the same server is open as well.
    await pulse.next();
    const times = [await store()];
    const one = await first;
    expect(one).toMatchObject({ kind: 'data', data: { readingAdded: { time: expect.anything() } } });

    await proxy.refuse();
    times.push(await store(), await store());
    await proxy.accept();
    const got = [one, await next(events), await next(events)];
    expect(
      got.map((e) => (e.kind === 'data' ? new Date(e.data.readingAdded.time).toISOString() : e.kind)),
    ).toEqual(times);
    abort.abort();
    await pulse.return?.();
    await events.return?.();
  });

  // Proves: sdk.gap
  test('tell of what can not be made up for as an event of its own, and go on behind it', async () => {
    const client = createClient({ url: proxy.through(system.url), token, subscriptions });
    const abort = new AbortController();
    const before = system.reached.length;
    const buildingIds = [meter().buildingId];
    const events = client.energy.readingAdded({ buildingIds }, { signal: abort.signal });
    const first = next(events);
    const source = await until(
      () => system.reached.slice(before).find(({ query }) => query.includes('readingAdded')),
      { what: 'the stream of the graph' },
    );
    await store();
    expect((await first).kind).toBe('data');

    await proxy.refuse();
    await until(() => source.isOver, { what: 'the stream of the graph to be left' });
    await store();
    const time = await store();
    await system.redis.redis.xtrim(streamKey('energy.readings-stored'), 'MAXLEN', 1);
    await proxy.accept();
    const gap = await next(events);
    expect(gap).toMatchObject({ kind: 'gap', reason: expect.stringMatching(/\w/) });
    if (gap.kind === 'gap') expect(Date.parse(gap.from)).toBeLessThanOrEqual(Date.parse(gap.to));
    const behind = await next(events);
    expect(behind.kind === 'data' && new Date(behind.data.readingAdded.time).toISOString()).toBe(time);
    abort.abort();
    await events.return?.();
  });

  test('refuse who may not listen', async () => {
    const stranger = createClient({ url: system.url, token: 'not-a-token', subscriptions });
    await expect(stranger.energy.readingAdded().next()).rejects.toBeInstanceOf(Unauthorized);
    const elsewhere = await system.tokenFor('viewer', { buildings: ['another_building'] });
    const pulses = createClient({ url: system.url, token: elsewhere, subscriptions }).energy.energyPulse({
      buildingId: meter().buildingId,
    });
    await expect(pulses.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
