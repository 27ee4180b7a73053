import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { until } from '../kit/wait.ts';
import { openStreamEdge, persisted, texts } from './ground.ts';

/** The rules of graphql-ws' PROTOCOL.md, one by one, at the raw socket. */
// Proves: live.websocket
describe('connection', () => {
  test('connection_init is answered by connection_ack', async () => {
    await using it = await openStreamEdge();
    const client = await it.connect();
    client.send({
      type: 'connection_init',
      payload: { authorization: await it.identity.bearerFor('viewer') },
    });
    expect(await client.next()).toEqual({ type: 'connection_ack' });
  });

  test('the token may come by the header of the upgrade', async () => {
    await using it = await openStreamEdge();
    const client = await it.connect({ headers: { authorization: await it.identity.bearerFor('viewer') } });
    client.send({ type: 'connection_init' });
    expect(await client.next()).toEqual({ type: 'connection_ack' });
  });

  test.each([
    ['no token', undefined],
    ['an empty token', { authorization: 'Bearer ' }],
    ['a token that is none', { authorization: 'Bearer x.y.z' }],
  ])('4403: %s', async (_, payload) => {
    await using it = await openStreamEdge();
    const client = await it.connect();
    client.send({ type: 'connection_init', payload });
    expect(await client.closed).toMatchObject({ code: 4403, reason: expect.stringMatching(/\w/) });
  });

  test('1013 when nobody can tell now whether the token is good: clients come back', async () => {
    const verify = async () =>
      ({ ok: false, code: 'DEPENDENCY_UNAVAILABLE', reason: 'x'.repeat(200) }) as const;
    await using it = await openStreamEdge({ subscriptions: { verifier: { verify } } });
    const client = await it.connect();
    client.send({ type: 'connection_init', payload: { authorization: 'Bearer x' } });
    const { code, reason } = await client.closed;
    expect({ code, length: reason.length }).toEqual({ code: 1013, length: 123 });
  });

  test('4408 when connection_init does not come in time', async () => {
    await using it = await openStreamEdge({ subscriptions: { initWaitMs: 20 } });
    const client = await it.connect();
    expect(await client.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  });

  test('4429 when it comes twice', async () => {
    await using it = await openStreamEdge();
    const client = await it.client();
    client.send({ type: 'connection_init' });
    expect(await client.closed).toEqual({ code: 4429, reason: 'Too many initialisation requests' });
  });

  test('4401 for an operation before the acknowledgement', async () => {
    await using it = await openStreamEdge();
    const client = await it.connect();
    client.send({ type: 'subscribe', id: '1', payload: persisted('Readings') });
    expect(await client.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  test('4406 for another subprotocol', async () => {
    await using it = await openStreamEdge();
    const closed = new Promise((resolve) => {
      // The client of `ws` insists on a subprotocol that it asked for: this one asks for none.
      const socket = new WebSocket(it.wsUrl);
      socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    expect(await closed).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no type', '{}'],
    ['an unknown type', { type: 'hello' }],
    ['a subscribe without id', { type: 'subscribe', payload: { query: '{ x }' } }],
    ['a subscribe with an empty id', { type: 'subscribe', id: '', payload: { query: '{ x }' } }],
    ['a subscribe without payload', { type: 'subscribe', id: '1' }],
    ['a subscribe with neither text nor persisted operation', { type: 'subscribe', id: '1', payload: {} }],
    [
      'variables that are no object',
      { type: 'subscribe', id: '1', payload: { query: '{ x }', variables: 1 } },
    ],
    ['a complete without id', { type: 'complete' }],
    ['a ping whose payload is no object', { type: 'ping', payload: 'x' }],
  ])('4400: %s', async (_, message) => {
    await using it = await openStreamEdge();
    const client = await it.client();
    client.send(message);
    expect(await client.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
  });

  test('ping is answered by pong with the same payload, also before the acknowledgement; pong is taken', async () => {
    await using it = await openStreamEdge();
    const client = await it.connect();
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    client.send({ type: 'pong', payload: { unasked: true } });
    client.send({ type: 'ping', payload: { n: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { n: 1 } });
  });

  test('a message over the size closes with 1009', async () => {
    await using it = await openStreamEdge({ subscriptions: { maxMessageBytes: 1_000 } });
    const client = await it.client();
    client.send({ type: 'ping', payload: { x: 'x'.repeat(1_000) } });
    expect(await client.closed).toMatchObject({ code: 1009 });
  });
});

// Proves: live.websocket
describe('operations', () => {
  test('subscribe, next, and complete when the source has no more', async () => {
    await using it = await openStreamEdge();
    const client = await it.subscribed(await it.client(), 'a', 'Readings');
    it.sensors.readings.push(7);
    expect(await client.next()).toEqual({
      id: 'a',
      type: 'next',
      payload: {
        data: { readings: { value: 7, sensor: { id: 's1', room: 'room of s1' } } },
        extensions: { cursor: '1' },
      },
    });
    it.sensors.readings.finish();
    expect(await client.next()).toEqual({ id: 'a', type: 'complete' });
  });

  test('complete by the client stops the source, and nothing follows', async () => {
    await using it = await openStreamEdge();
    const client = await it.subscribed(await it.client(), 'a', 'Readings');
    client.send({ type: 'complete', id: 'a' });
    await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
    it.sensors.readings.push(1);
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    expect(it.hub.counts).toEqual({ upstreams: 0, subscribers: 0 });
  });

  test('complete right behind subscribe, in one piece, opens nothing that stays', async () => {
    await using it = await openStreamEdge();
    const client = await it.client();
    for (const type of ['subscribe', 'complete', 'subscribe', 'complete'])
      client.send({ type, id: 'a', ...(type === 'subscribe' && { payload: persisted('Readings') }) });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    await until(() => it.hub.counts.subscribers === 0 && it.sensors.readings.open === 0, { what: 'silence' });
  });

  test('4409 for an id that is in use; a completed id may be used again', async () => {
    await using it = await openStreamEdge();
    const client = await it.subscribed(await it.client(), 'a', 'Readings');
    client.send({ type: 'complete', id: 'a' });
    await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
    await it.subscribed(client, 'a', 'Readings');
    client.send({ type: 'subscribe', id: 'a', payload: persisted('Pulse') });
    expect(await client.closed).toEqual({ code: 4409, reason: 'Subscriber for a already exists' });
    await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
  });

  test('several operations share a connection, each under its id', async () => {
    await using it = await openStreamEdge();
    const client = await it.client();
    await it.subscribed(client, 'one', 'Notes');
    await it.subscribed(client, 'two', 'Notes');
    it.sensors.readings.push(1);
    const ids = [(await client.next()).id, (await client.next()).id];
    expect(ids.toSorted()).toEqual(['one', 'two']);
  });

  test('ids are any text', async () => {
    await using it = await openStreamEdge();
    const id = 'quo"te \\ ü \u0000 🙂';
    const client = await it.subscribed(await it.client(), id, 'Notes');
    it.sensors.readings.push(1);
    expect((await client.next()).id).toBe(id);
  });

  test('queries and mutations give one next, then complete', async () => {
    await using it = await openStreamEdge();
    const client = await it.client('energy_engineer');
    client.send({ type: 'subscribe', id: 'q', payload: persisted('Sensor', { id: 's9' }) });
    expect(await client.next()).toMatchObject({
      ...{ id: 'q', type: 'next' },
      payload: { data: { sensor: { id: 's9', room: 'room of s9' } } },
    });
    expect(await client.next()).toEqual({ id: 'q', type: 'complete' });
    client.send({ type: 'subscribe', id: 'm', payload: { query: texts.Rename, variables: { id: 's1' } } });
    expect(await client.next()).toMatchObject({ type: 'next', payload: { data: { rename: { id: 's1' } } } });
    expect(await client.next()).toEqual({ id: 'm', type: 'complete' });
  });

  test.each([
    [
      'an unknown id',
      { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
      'PERSISTED_QUERY_NOT_FOUND',
    ],
    ['a form of persistedQuery that is none', { extensions: { persistedQuery: 1 } }, 'BAD_REQUEST'],
    [
      'a text of one who may not explore',
      { query: 'subscription { readings { value } }' },
      'PERSISTED_QUERY_ONLY',
    ],
    ['a field that is not allowed', persisted('Refused'), 'FORBIDDEN'],
    ['variables that do not fit', persisted('Readings', { of: [1] }), 'BAD_USER_INPUT'],
  ])('error, and no complete: %s', async (_, payload, code) => {
    await using it = await openStreamEdge();
    const client = await it.client();
    client.send({ type: 'subscribe', id: 'a', payload });
    const answer = await client.next();
    expect(answer).toMatchObject({ id: 'a', type: 'error', payload: [{ extensions: { code } }] });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
  });

  test('texts are for those who may explore', async () => {
    await using it = await openStreamEdge();
    const client = await it.client('energy_engineer');
    client.send({ type: 'subscribe', id: 'a', payload: { query: 'subscription { nothing }' } });
    expect(await client.next()).toMatchObject({ type: 'error' });
    client.send({ type: 'subscribe', id: 'a', payload: { query: 'subscription { ' } });
    expect(await client.next()).toMatchObject({
      ...{ type: 'error', payload: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] },
    });
    client.send({ type: 'subscribe', id: 'a', payload: { query: texts.Notes } });
    await until(() => it.sensors.readings.open === 1, { what: 'the source' });
    it.sensors.readings.push(3);
    expect(await client.next()).toMatchObject({
      type: 'next',
      payload: { data: { readings: { value: 3 } } },
    });
  });

  test('so many operations at once, and not more', async () => {
    await using it = await openStreamEdge({ subscriptions: { maxOperations: 2 } });
    const client = await it.client();
    await it.subscribed(client, '1', 'Notes');
    await it.subscribed(client, '2', 'Notes');
    client.send({ type: 'subscribe', id: '3', payload: persisted('Notes') });
    expect(await client.next()).toMatchObject({
      ...{ id: '3', type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] },
    });
  });

  test('a socket that is gone stops its sources', async () => {
    await using it = await openStreamEdge();
    const client = await it.subscribed(await it.client(), 'a', 'Readings');
    client.socket.terminate();
    await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
    expect(it.hub.counts).toEqual({ upstreams: 0, subscribers: 0 });
  });

  test('the client of graphql-ws gets along with it', async () => {
    await using it = await openStreamEdge();
    const client = createClient({
      url: it.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: await it.identity.bearerFor('viewer') }),
    });
    const events = client.iterate({ query: '', ...persisted('Readings') });
    const first = events.next();
    await until(() => it.sensors.readings.open === 1, { what: 'the source' });
    it.sensors.readings.push(5);
    expect((await first).value).toMatchObject({ data: { readings: { value: 5 } } });
    await events.return?.();
    await client.dispose();
    await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
  });
});

describe('addresses', () => {
  test('another path is answered by 404', async () => {
    await using it = await openStreamEdge();
    const socket = new WebSocket(`${it.url.replace('http', 'ws')}/elsewhere`);
    const refused = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(refused.message).toContain('404');
  });
});
