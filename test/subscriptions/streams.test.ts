import { modes } from '../../router/federation/test/modes.ts';
import { until } from '../kit/wait.ts';
import { openStreamEdge, persisted } from './ground.ts';
import type { WsClient } from './ws-client.ts';

type EventPayload = Awaited<ReturnType<WsClient['next']>>['payload'];
const measured = (payload: EventPayload, field = 'readings') =>
  (payload?.data as Record<string, { value: number }> | null | undefined)?.[field]?.value;

/** The values of the next events, with `gap` for a notice. */
async function values(client: WsClient, count: number, field = 'readings'): Promise<readonly unknown[]> {
  const taken: unknown[] = [];
  while (taken.length < count) {
    const { payload } = await client.next();
    taken.push(payload?.extensions?.gap ? 'gap' : measured(payload, field));
  }
  return taken;
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

// Proves: router.same-remote
describe.each(modes)('streams, subgraphs %s', (mode) => {
  // Proves: live.shared
  test('equal subscriptions share one source, and the rest is executed once for all', async () => {
    await using it = await openStreamEdge({ mode });
    const clients = await Promise.all(Array.from({ length: 5 }, () => it.client()));
    for (const [index, client] of clients.entries()) await it.subscribed(client, `c${index}`, 'Readings');
    expect(it.hub.counts).toEqual({ upstreams: 1, subscribers: 5 });
    expect(it.sensors.readings.opened).toBe(1);
    const before = it.sensors.roomsAsked();
    it.sensors.readings.push(1, 2, 3);
    for (const client of clients) expect(await values(client, 3)).toEqual([1, 2, 3]);
    expect(it.sensors.roomsAsked() - before).toBe(3);
  });

  // Proves: live.resume
  test('a client that comes back with its cursor gets what it missed, then what comes, once and in order', async () => {
    await using it = await openStreamEdge({ mode, hub: { history: { maxEvents: 1 } } });
    const staying = await it.subscribed(await it.client(), 's', 'Readings');
    it.sensors.readings.push(...range(1, 10));
    expect(await values(staying, 10)).toEqual(range(1, 10));
    // The memory of the shared stream does not reach back to the cursor: the client has a source of its own at first.
    const back = await it.client();
    back.send({ type: 'subscribe', id: 'b', payload: persistedAfter('2') });
    expect(await values(back, 8)).toEqual(range(3, 10));
    it.sensors.readings.push(...range(11, 30));
    expect(await values(back, 20)).toEqual(range(11, 30));
    expect(await values(staying, 20)).toEqual(range(11, 30));
    await until(() => it.sensors.readings.open === 1, { what: 'the two to be one' });
    it.sensors.readings.push(31);
    expect([await values(back, 1), await values(staying, 1)]).toEqual([[31], [31]]);
  });

  // Proves: live.resume
  test('it joins while events keep coming, and misses and doubles none', async () => {
    await using it = await openStreamEdge({ mode, hub: { history: { maxEvents: 3 } } });
    const staying = await it.subscribed(await it.client(), 's', 'Readings');
    it.sensors.readings.push(...range(1, 50));
    await values(staying, 50);
    const clients = await Promise.all(Array.from({ length: 4 }, () => it.client()));
    for (const [index, client] of clients.entries()) {
      client.send({ type: 'subscribe', id: 'b', payload: persistedAfter(`${index * 10}`) });
      it.sensors.readings.push(...range(51 + index * 10, 60 + index * 10));
    }
    for (const [index, client] of clients.entries()) {
      expect(await values(client, 90 - index * 10)).toEqual(range(index * 10 + 1, 90));
    }
    expect(await values(staying, 40)).toEqual(range(51, 90));
    it.sensors.readings.push(91);
    for (const client of [staying, ...clients]) expect(await values(client, 1)).toEqual([91]);
    await until(() => it.sensors.readings.open === 1, { what: 'all to be one' });
  });

  // Proves: live.gap
  test('what the source does not hold any more is a gap that says from when to when', async () => {
    await using it = await openStreamEdge({ mode });
    it.sensors.readings.push(1, 2, 3, 4);
    it.sensors.readings.trim(2);
    const client = await it.client();
    client.send({ type: 'subscribe', id: 'a', payload: persistedAfter('1') });
    expect((await client.next()).payload).toEqual({
      data: null,
      extensions: {
        cursor: '2',
        gap: { from: '2017-01-01T00:00:00.000Z', to: '2017-01-01T01:00:00.000Z', reason: 'Trimmed.' },
      },
    });
    expect(await values(client, 2)).toEqual([3, 4]);
  });

  test('the source stops when the last has left', async () => {
    await using it = await openStreamEdge({ mode });
    const [one, two] = [await it.client(), await it.client()];
    await it.subscribed(one, 'a', 'Readings');
    await it.subscribed(two, 'a', 'Readings');
    one.send({ type: 'complete', id: 'a' });
    it.sensors.readings.push(1);
    expect(await values(two, 1)).toEqual([1]);
    two.send({ type: 'complete', id: 'a' });
    await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
  });

  test('a subgraph that fails costs its part of the event, and no more', async () => {
    await using it = await openStreamEdge({ mode });
    it.sensors.roomsBroken = true;
    const client = await it.subscribed(await it.client(), 'a', 'Readings');
    it.sensors.readings.push(1);
    const { payload } = await client.next();
    expect(payload?.errors?.[0]).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    expect(payload?.extensions?.cursor).toBe('1');
    expect(JSON.stringify(payload)).not.toContain('locked');
    it.sensors.roomsBroken = false;
    it.sensors.readings.push(2);
    expect(await values(client, 1)).toEqual([2]);
  });

  test('a source that refuses to open is an error, to all who asked for it', async () => {
    await using it = await openStreamEdge({ mode });
    const clients = [await it.client(), await it.client()];
    for (const client of clients)
      client.send({ type: 'subscribe', id: 'a', payload: persisted('Readings', { of: 'nowhere' }) });
    for (const client of clients)
      expect(await client.next()).toMatchObject({
        ...{ id: 'a', type: 'error', payload: [{ extensions: { code: 'NOT_FOUND' } }] },
      });
    expect(it.hub.counts).toEqual({ upstreams: 0, subscribers: 0 });
  });

  test('a source that breaks gives an error as its last event', async () => {
    await using it = await openStreamEdge({ mode });
    const client = await it.subscribed(await it.client(), 'a', 'Readings');
    it.sensors.readings.fail();
    const { payload } = await client.next();
    expect(payload?.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(payload)).not.toContain('tore');
    expect(await client.next()).toEqual({ id: 'a', type: 'complete' });
  });
});

const persistedAfter = (after: string) => persisted('Readings', {}, { after });

// Proves: live.shared
test('callers who may see different things share nothing', async () => {
  await using it = await openStreamEdge();
  await it.subscribed(await it.client('viewer'), 'a', 'Notes');
  await it.subscribed(await it.client('admin'), 'a', 'Notes');
  expect(it.hub.counts).toEqual({ upstreams: 2, subscribers: 2 });
});

test('other variables are another subscription', async () => {
  await using it = await openStreamEdge();
  await it.subscribed(await it.client(), 'a', 'Pulse', { of: 's1' });
  await it.subscribed(await it.client(), 'a', 'Pulse', { of: 's1' });
  await it.subscribed(await it.client(), 'a', 'Pulse', { of: 's2' });
  expect(it.hub.counts.upstreams).toBe(2);
});

test('of events with a key a late subscriber gets the newest at once, and one that comes back likewise', async () => {
  await using it = await openStreamEdge();
  const first = await it.subscribed(await it.client(), 'a', 'Pulse');
  it.sensors.pulses.push(1, 2, 3);
  expect(await values(first, 3, 'pulse')).toEqual([1, 2, 3]);
  const late = await it.subscribed(await it.client(), 'a', 'Pulse');
  expect(await values(late, 1, 'pulse')).toEqual([3]);
  const back = await it.subscribed(await it.client(), 'a', 'Pulse', {}, { after: '1' });
  expect(await values(back, 1, 'pulse')).toEqual([3]);
  expect(it.sensors.pulses.opened).toBe(1);
});

test('of events without a key a late subscriber gets none that came before it', async () => {
  await using it = await openStreamEdge();
  const first = await it.subscribed(await it.client(), 'a', 'Notes');
  it.sensors.readings.push(1);
  expect(await values(first, 1)).toEqual([1]);
  const late = await it.subscribed(await it.client(), 'a', 'Notes');
  it.sensors.readings.push(2);
  expect(await values(late, 1)).toEqual([2]);
});

test('clients that come back together with the same cursor share the work of catching up', async () => {
  await using it = await openStreamEdge();
  it.sensors.readings.push(...range(1, 5));
  const clients = await Promise.all(Array.from({ length: 4 }, () => it.client()));
  for (const client of clients) client.send({ type: 'subscribe', id: 'b', payload: persistedAfter('2') });
  for (const client of clients) expect(await values(client, 3)).toEqual([3, 4, 5]);
  // One from now on, and one from the cursor.
  expect(it.sensors.readings.opened).toBe(2);
  it.sensors.readings.push(6);
  for (const client of clients) expect(await values(client, 1)).toEqual([6]);
  await until(() => it.sensors.readings.open === 1, { what: 'the two to be one' });
});

test('one who leaves while catching up stops that work alone', async () => {
  await using it = await openStreamEdge({ hub: { history: { maxEvents: 1 } } });
  const staying = await it.subscribed(await it.client(), 's', 'Readings');
  it.sensors.readings.push(...range(1, 5));
  await values(staying, 5);
  const back = await it.client();
  // A place that the stream never had: it does not catch up.
  back.send({ type: 'subscribe', id: 'b', payload: persistedAfter('9') });
  await until(() => it.sensors.readings.open === 2, { what: 'a source of its own' });
  back.close();
  await until(() => it.sensors.readings.open === 1, { what: 'that source to stop' });
  it.sensors.readings.push(6);
  expect(await values(staying, 1)).toEqual([6]);
});

// Proves: live.slow-client
describe('a client that does not read', () => {
  /** Large enough to fill what lies between two sockets after a few events. */
  const large = 'x'.repeat(500_000);
  const last = 50;

  async function stuck(name: 'Notes' | 'Pulse') {
    const it = await openStreamEdge({ subscriptions: { bounds: { maxEvents: 4, maxBytes: 100_000_000 } } });
    it.sensors.note = large;
    const [slow, quick] = [await it.client(), await it.client()];
    await it.subscribed(slow, 'slow', name);
    await it.subscribed(quick, 'quick', name);
    slow.socket.pause();
    return { it, slow, quick };
  }

  test('gets a gap notice for what it was too slow for, then what came last; others are not held up', async () => {
    const { it, slow, quick } = await stuck('Notes');
    await using _closing = it;
    for (const value of range(1, last)) {
      it.sensors.readings.push(value);
      expect(await values(quick, 1)).toEqual([value]);
    }
    slow.socket.resume();
    const got: EventPayload[] = [];
    while (measured(got.at(-1)) !== last) got.push((await slow.next()).payload);
    const at = got.findIndex((payload) => payload?.extensions?.gap);
    const { from = '', to = '' } = got[at]?.extensions?.gap ?? {};
    expect(Date.parse(from)).toBeLessThanOrEqual(Date.parse(to));
    // Whole up to the gap, whole behind it.
    const behind = got.slice(at + 1).map((each) => measured(each));
    expect(got.slice(0, at).map((each) => measured(each))).toEqual(range(1, at));
    expect(behind).toEqual(range(last - behind.length + 1, last));
    expect(behind.length).toBeLessThanOrEqual(4);
    // Who would come back with the notice's cursor goes on where it does.
    expect(got[at]?.extensions?.cursor).toBe(`${last - behind.length}`);
  });

  test('of events with a key it gets the newest, and no notice', async () => {
    const { it, slow, quick } = await stuck('Pulse');
    await using _closing = it;
    for (const value of range(1, last)) {
      it.sensors.pulses.push(value);
      expect(await values(quick, 1, 'pulse')).toEqual([value]);
    }
    slow.socket.resume();
    const got: unknown[] = [];
    while (got.at(-1) !== last) got.push(...(await values(slow, 1, 'pulse')));
    expect(got).not.toContain('gap');
    expect(got.length).toBeLessThan(last);
    expect(got).toEqual(got.toSorted((a, b) => Number(a) - Number(b)));
  });
});

describe('the end', () => {
  // Proves: live.token-ends
  test('a token that ends closes with 4403, and the client of graphql-ws would come back with a new one', async () => {
    let nowMs = Date.now();
    await using it = await openStreamEdge({ clock: () => nowMs, subscriptions: { roundMs: 10 } });
    const client = await it.client('viewer', await it.identity.bearerFor('viewer', { ttlMs: 60_000 }));
    await it.subscribed(client, 'a', 'Readings');
    nowMs += 120_000;
    expect(await client.closed).toEqual({ code: 4403, reason: 'Token expired' });
    await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
  });

  test('a shared stream goes on for those whose token lives', async () => {
    let nowMs = Date.now();
    await using it = await openStreamEdge({
      ...{ clock: () => nowMs, hub: { sweepMs: 10 } },
      subscriptions: { roundMs: 1_000_000 },
    });
    const brief = await it.client('viewer', await it.identity.bearerFor('viewer', { ttlMs: 60_000 }));
    await it.subscribed(brief, 'a', 'Readings');
    const long = await it.subscribed(
      await it.client('viewer', await it.identity.bearerFor('viewer', { ttlMs: 600_000 })),
      'a',
      'Readings',
    );
    nowMs += 120_000;
    // Nobody but the hub looks at tokens here: it ends the stream, and the stream the connection.
    expect(await brief.closed).toEqual({ code: 4403, reason: 'Token expired' });
    it.sensors.readings.push(1);
    expect(await values(long, 1)).toEqual([1]);
  });

  // Proves: live.token-ends
  test.each([
    ['is revoked', { ok: false, code: 'UNAUTHENTICATED', reason: 'revoked' } as const],
    ['allows something else now', 'other access'],
  ])('a token that %s closes with 4403', async (_, verdict) => {
    let asked = 0;
    let other: Awaited<ReturnType<typeof verify>> | undefined;
    await using probe = await openStreamEdge();
    const { verify } = probe.identity.verifier;
    other = await verify(await probe.identity.tokenFor('viewer', { buildings: ['elsewhere'] }));
    const token = await probe.identity.bearerFor('viewer');
    const verifier = {
      verify: async (text: string) => {
        asked += 1;
        if (asked === 1) return await verify(text);
        return typeof verdict === 'string' && other ? other : (verdict as typeof other & object);
      },
    };
    await using it = await openStreamEdge({ subscriptions: { verifier, roundMs: 10, recheckMs: 20 } });
    const client = await it.client('viewer', token);
    expect(await client.closed).toEqual({ code: 4403, reason: 'Permission revoked' });
  });

  test('when nobody can tell now, an open connection stays', async () => {
    let asked = 0;
    await using probe = await openStreamEdge();
    const { verify } = probe.identity.verifier;
    const verifier = {
      verify: async (text: string) => {
        asked += 1;
        return asked === 1
          ? await verify(text)
          : ({ ok: false, code: 'DEPENDENCY_UNAVAILABLE', reason: 'away' } as const);
      },
    };
    await using it = await openStreamEdge({ subscriptions: { verifier, roundMs: 10, recheckMs: 10 } });
    const client = await it.client('viewer', await probe.identity.bearerFor('viewer'));
    await until(() => asked > 3, { what: 'some looks at the token' });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
  });

  // Proves: live.deploy
  test('a process that goes down closes with 1001, and takes no new ones', async () => {
    await using it = await openStreamEdge();
    const client = await it.subscribed(await it.client(), 'a', 'Readings');
    const closing = it.edge.close();
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    await closing;
    await expect(it.connect()).rejects.toThrow();
    expect(it.sensors.readings.open).toBe(0);
  });

  test('and its clients go on at another one, where they left off', async () => {
    await using one = await openStreamEdge();
    await using other = await openStreamEdge({ sensors: one.sensors });
    const client = await one.subscribed(await one.client(), 'a', 'Readings');
    one.sensors.readings.push(1, 2);
    expect(await values(client, 2)).toEqual([1, 2]);
    await one.edge.close();
    one.sensors.readings.push(3, 4);
    const back = await other.client();
    back.send({ type: 'subscribe', id: 'a', payload: persistedAfter('2') });
    expect(await values(back, 2)).toEqual([3, 4]);
    one.sensors.readings.push(5);
    expect(await values(back, 1)).toEqual([5]);
  });

  test('a client that does not answer the close is cut', async () => {
    await using it = await openStreamEdge({ subscriptions: { closeGraceMs: 20 } });
    const client = await it.client();
    client.socket.pause();
    await it.edge.close();
    client.socket.resume();
    expect((await client.closed).code).toBeGreaterThanOrEqual(1001);
  });

  // Proves: live.heartbeats
  test('heartbeats: who does not answer a ping is cut', async () => {
    await using it = await openStreamEdge({ subscriptions: { roundMs: 10, heartbeatMs: 50 } });
    const [dead, alive] = [await it.client(), await it.client()];
    let pings = 0;
    alive.socket.on('ping', () => {
      pings += 1;
    });
    dead.socket.pause();
    await until(() => pings > 3, { what: 'some pings' });
    dead.socket.resume();
    expect(await dead.closed).toMatchObject({ code: 1006 });
    alive.send({ type: 'ping' });
    expect(await alive.next()).toEqual({ type: 'pong' });
  });

  test('a hub that is closed opens nothing', async () => {
    await using it = await openStreamEdge();
    const client = await it.client();
    await it.router[Symbol.asyncDispose]();
    client.send({ type: 'subscribe', id: 'a', payload: persisted('Readings') });
    expect(await client.next()).toMatchObject({
      ...{ type: 'error', payload: [{ extensions: { code: 'SHUTTING_DOWN' } }] },
    });
  });

  test('a router that closes first sends clients elsewhere as well', async () => {
    await using it = await openStreamEdge();
    const client = await it.subscribed(await it.client(), 'a', 'Readings');
    await it.router[Symbol.asyncDispose]();
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
  });
});

test('open connections are counted', async () => {
  await using it = await openStreamEdge();
  await it.client();
  expect((await it.metrics.exposition()).text).toContain('eaio_stream_connections 1');
});
