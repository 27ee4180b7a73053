import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { createClient } from 'graphql-sse';
import { until } from '../kit/wait.ts';
import { openStreamEdge, persisted, texts } from './ground.ts';

/** One part of an event stream: its fields, or a comment. */
type Part = Readonly<Record<string, string>>;

/** A stream as it comes over the wire. */
async function open(url: string, init: RequestInit & { readonly search?: Record<string, string> }) {
  const stop = new AbortController();
  const { search, ...rest } = init;
  const address = search ? `${url}?${new URLSearchParams(search)}` : url;
  const response = await fetch(address, { ...rest, signal: stop.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let unread = '';
  return {
    status: response.status,
    headers: response.headers,
    stop: () => stop.abort(),
    /** Undefined at the end. Comments keep connections alive, and say nothing. */
    async next(): Promise<Part | undefined> {
      for (;;) {
        const end = unread.indexOf('\n\n');
        if (end >= 0) {
          const block = unread.slice(0, end);
          unread = unread.slice(end + 2);
          if (block.startsWith(':')) continue;
          return Object.fromEntries(
            block
              .split('\n')
              .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
          );
        }
        const chunk = await reader?.read();
        if (chunk?.done !== false) return undefined;
        unread += chunk.value;
      }
    },
    async text() {
      for (;;) {
        const chunk = await reader?.read();
        if (chunk?.done !== false) return unread;
        unread += chunk.value;
      }
    },
  };
}

async function setUp(options: Parameters<typeof openStreamEdge>[0] = {}) {
  const it = await openStreamEdge(options);
  const address = `${it.url}/graphql/stream`;
  const headers = { authorization: await it.identity.bearerFor('viewer'), accept: 'text/event-stream' };
  return {
    ...it,
    ...{ address, headers },
    post: (body: unknown, more: Record<string, string> = {}) =>
      open(address, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...more },
        body: JSON.stringify(body),
      }),
    listening: (count: number) =>
      until(() => it.hub.counts.subscribers === count, { what: 'the subscription' }),
  };
}

// Proves: live.sse
test('POST: events with the cursor as their id, then complete', async () => {
  await using it = await setUp();
  const stream = await it.post(persisted('Readings'));
  expect(stream.status).toBe(200);
  expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  await it.listening(1);
  it.sensors.readings.push(4);
  const part = await stream.next();
  expect(part).toMatchObject({ event: 'next', id: '1' });
  expect(JSON.parse(part?.['data'] ?? '')).toEqual({
    data: { readings: { value: 4, sensor: { id: 's1', room: 'room of s1' } } },
    extensions: { cursor: '1' },
  });
  it.sensors.readings.finish();
  expect(await stream.next()).toEqual({ event: 'complete', data: '' });
  expect(await stream.next()).toBeUndefined();
});

test('GET: the operation in the query string', async () => {
  await using it = await setUp();
  const { variables, extensions } = persisted('Readings');
  const stream = await open(it.address, {
    headers: it.headers,
    search: { variables: JSON.stringify(variables), extensions: JSON.stringify(extensions) },
  });
  await it.listening(1);
  it.sensors.readings.push(4);
  expect(await stream.next()).toMatchObject({ id: '1' });
});

// Proves: live.sse
test.each([
  ['extensions.after', { after: '2' }, {}],
  ['Last-Event-ID, as browsers send it by themselves', {}, { 'last-event-id': '2' }],
])('goes on behind %s', async (_, extensions, headers) => {
  await using it = await setUp();
  it.sensors.readings.push(1, 2, 3, 4);
  const stream = await it.post(persisted('Notes', {}, extensions), headers);
  expect([await stream.next(), await stream.next()]).toMatchObject([{ id: '3' }, { id: '4' }]);
});

test('the source stops when the client goes', async () => {
  await using it = await setUp();
  const stream = await it.post(persisted('Readings'));
  await it.listening(1);
  stream.stop();
  await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
  expect(it.hub.counts).toEqual({ upstreams: 0, subscribers: 0 });
});

test('a query gives one next, then complete', async () => {
  await using it = await setUp();
  const stream = await it.post(persisted('Sensor', { id: 's1' }));
  expect(JSON.parse((await stream.next())?.['data'] ?? '')).toMatchObject({ data: { sensor: { id: 's1' } } });
  expect(await stream.next()).toEqual({ event: 'complete', data: '' });
});

test.each([
  ['an operation that is not allowed', persisted('Refused'), 'FORBIDDEN'],
  ['variables that do not fit', persisted('Readings', { of: [1] }), 'BAD_USER_INPUT'],
  [
    'a text of one who may not explore',
    { query: 'subscription { readings { value } }' },
    'PERSISTED_QUERY_ONLY',
  ],
])('what is wrong with the operation comes as an event: %s', async (_, body, code) => {
  await using it = await setUp();
  const stream = await it.post(body);
  expect(stream.status).toBe(200);
  expect(JSON.parse((await stream.next())?.['data'] ?? '')).toMatchObject({
    errors: [{ extensions: { code } }],
  });
  expect(await stream.next()).toEqual({ event: 'complete', data: '' });
});

test.each([
  ['no token', { authorization: '' }, persisted('Readings'), 401],
  ['a token that is none', { authorization: 'Bearer x' }, persisted('Readings'), 401],
  ['an answer that is no stream', { accept: 'application/json' }, persisted('Readings'), 400],
  ['no operation', {}, {}, 400],
])('what is wrong with the request is an HTTP error: %s', async (_, headers, body, status) => {
  await using it = await setUp();
  const refused = await it.post(body, headers);
  expect(refused.status).toBe(status);
  expect(await refused.text()).toContain('"errors"');
});

test('a mutation by GET changes nothing', async () => {
  await using it = await setUp();
  const { extensions } = persisted('Rename');
  const stream = await open(it.address, {
    headers: { ...it.headers, authorization: await it.identity.bearerFor('energy_engineer') },
    search: { variables: '{"id":"s1"}', extensions: JSON.stringify(extensions) },
  });
  expect((await stream.next())?.['data']).toContain('METHOD_NOT_ALLOWED');
});

test('a source that breaks gives its errors, then complete', async () => {
  await using it = await setUp();
  const stream = await it.post(persisted('Readings'));
  await it.listening(1);
  it.sensors.readings.fail();
  expect((await stream.next())?.['data']).toContain('INTERNAL_SERVER_ERROR');
  expect(await stream.next()).toEqual({ event: 'complete', data: '' });
});

test('a token that ends is told of, and ends the stream', async () => {
  let nowMs = Date.now();
  await using it = await setUp({ clock: () => nowMs, subscriptions: { roundMs: 10 } });
  const stream = await it.post(persisted('Readings'));
  await it.listening(1);
  nowMs += 100 * 3_600_000;
  expect((await stream.next())?.['data']).toContain('UNAUTHENTICATED');
  expect(await stream.next()).toEqual({ event: 'complete', data: '' });
  expect(await stream.next()).toBeUndefined();
});

test('likewise when the hub finds out first', async () => {
  let nowMs = Date.now();
  await using it = await setUp({
    ...{ clock: () => nowMs, hub: { sweepMs: 10 } },
    subscriptions: { roundMs: 1_000_000 },
  });
  const stream = await it.post(persisted('Readings'));
  await it.listening(1);
  nowMs += 100 * 3_600_000;
  expect((await stream.next())?.['data']).toContain('The token has expired');
});

// Proves: live.deploy
test('a process that goes down ends it without complete: clients come again', async () => {
  await using it = await setUp();
  const stream = await it.post(persisted('Readings'));
  await it.listening(1);
  const closed = it.edge.close();
  expect(await stream.next()).toBeUndefined();
  await closed;
});

// Proves: live.heartbeats
test('heartbeats keep the connection alive', async () => {
  await using it = await setUp({ subscriptions: { roundMs: 10, heartbeatMs: 10 } });
  const { port } = new URL(it.url);
  const socket = dial(Number(port), '127.0.0.1');
  const body = JSON.stringify(persisted('Readings'));
  socket.write(
    `POST /graphql/stream HTTP/1.1\r\nHost: x\r\nAuthorization: ${it.headers.authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  await until(() => text.split(':\n\n').length > 4, { what: 'some heartbeats' });
  socket.destroy();
  await once(socket, 'close');
});

// Proves: live.slow-client
test('one that does not read gets a gap notice, and others are not held up', async () => {
  await using it = await setUp({ subscriptions: { bounds: { maxEvents: 4, maxBytes: 100_000_000 } } });
  it.sensors.note = 'x'.repeat(500_000);
  const slow = await it.post(persisted('Notes'));
  await it.listening(1);
  const quick = await it.subscribed(await it.client(), 'q', 'Notes');
  for (let value = 1; value <= 50; value++) {
    it.sensors.readings.push(value);
    await quick.next();
  }
  const got: (string | undefined)[] = [];
  while (got.at(-1) !== '50') {
    const part = await slow.next();
    got.push(part?.['data']?.includes('"gap"') ? 'gap' : part?.['id']);
  }
  expect(got.filter((each) => each === 'gap')).toHaveLength(1);
  expect(got.length).toBeLessThan(50);
});

// Proves: live.sse
test('the client of graphql-sse gets along with it', async () => {
  await using it = await setUp();
  const client = createClient({ url: it.address, headers: { authorization: it.headers.authorization } });
  const events = client.iterate({ query: texts.Readings, ...persisted('Readings') });
  const first = events.next();
  await it.listening(1);
  it.sensors.readings.push(5);
  expect((await first).value).toMatchObject({ data: { readings: { value: 5 } } });
  await events.return?.();
  client.dispose();
  await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
});
