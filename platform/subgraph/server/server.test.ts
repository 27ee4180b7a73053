import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { createTestIdentity, principalFor } from '../../../test/kit/token.ts';
import { createSubgraph } from '../create-subgraph.ts';
import type { BaseContext, SourceEvent } from '../types.ts';
import { createSubgraphServer, type SubgraphServerOptions } from './create-server.ts';

const sdl = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
  @link(url: "https://eaio.dev/graph/v1.0", import: ["@public"])
scalar DateTime
type Query {
  who: Caller! @requiresScopes(scopes: [["energy:read"]])
  secret: String @requiresScopes(scopes: [["admin:all"]])
  slow: Int @public(reason: "A test.")
}
type Caller @public(reason: "A test.") { subject: String! buildings: [ID!] at: DateTime! trace: String }
type Subscription { counted(to: Int!): Int! @requiresScopes(scopes: [["energy:read"]]) forever: Int! @public(reason: "A test.") }
`;

async function setUp(changes: Partial<SubgraphServerOptions> = {}) {
  const identity = await createTestIdentity();
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const slow = Promise.withResolvers<number>();
  const asked = Promise.withResolvers<BaseContext>();
  const stopped = Promise.withResolvers<void>();
  const subgraph = createSubgraph<BaseContext>({
    name: 'test',
    sdl,
    log,
    context: (base) => base,
    resolvers: {
      Query: {
        who: (_: unknown, _args: unknown, context: BaseContext) => {
          context.tag('who');
          const { subject, buildings } = context.principal;
          return { subject, buildings: buildings === 'all' ? null : buildings, at: new Date(0) };
        },
        slow: (_: unknown, _args: unknown, context: BaseContext) => {
          asked.resolve(context);
          return slow.promise;
        },
      },
      Subscription: {
        counted: {
          async *subscribe(
            _: unknown,
            { to }: { to: number },
            context: BaseContext,
          ): AsyncIterable<SourceEvent<number>> {
            const gap = { from: '2017-01-01T00:00:00Z', to: '2017-01-01T01:00:00Z', reason: 'Trimmed.' };
            if (context.after === 'old') yield { gap, cursor: '0' };
            for (let n = Number(context.after ?? 0) || 0; n < to; n++)
              yield { payload: n + 1, cursor: `${n + 1}`, key: 'n' };
          },
        },
        forever: {
          async *subscribe(
            _: unknown,
            _args: unknown,
            { signal }: BaseContext,
          ): AsyncIterable<SourceEvent<number>> {
            yield { payload: 1 };
            await new Promise((resolve) => signal?.addEventListener('abort', resolve));
            stopped.resolve();
          },
        },
      },
    },
  });
  const server = await createSubgraphServer(subgraph, {
    host: '127.0.0.1',
    port: 0,
    verifier: identity.internalVerifier,
    log,
    ...changes,
  });
  const bearer = `Bearer ${await identity.internalIssuer.tokenFor(principalFor('viewer', { buildings: ['Fox_office_Joy'] }))}`;
  const post = (body: unknown, headers: Record<string, string> = {}, signal: AbortSignal | null = null) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: bearer, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal,
    });
  const wsUrl = `${server.url.replace('http', 'ws')}/graphql`;
  const connect = (authorization: string | undefined = bearer) =>
    createClient({
      url: wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
    });
  return {
    ...{ identity, subgraph, server, bearer, post, connect, wsUrl, slow, asked, stopped, lines },
    [Symbol.asyncDispose]: server.close,
  };
}

describe('POST /graphql', () => {
  test('answers as the subgraph does in process, tags included, for the principal of the internal token', async () => {
    await using it = await setUp();
    const query = 'query Who { who { subject buildings at } secret }';
    const response = await it.post({ query, operationName: 'Who', variables: {} });
    expect(response.status).toBe(200);
    const inProcess = await it.subgraph.execute({
      query,
      principal: principalFor('viewer', { buildings: ['Fox_office_Joy'] }),
    });
    const answer = await response.json();
    expect(answer).toEqual(JSON.parse(JSON.stringify(inProcess)));
    expect(answer).toMatchObject({
      data: {
        who: { subject: 'test-viewer', buildings: ['Fox_office_Joy'], at: '1970-01-01T00:00:00.000Z' },
        secret: null,
      },
      errors: [{ path: ['secret'], extensions: { code: 'FORBIDDEN', missingScopes: [['admin:all']] } }],
      extensions: { tags: ['who'] },
    });
  });

  test.each([
    ['no token', { authorization: '' }, 401, 'UNAUTHENTICATED'],
    ['no bearer', { authorization: 'Basic eDp5' }, 401, 'UNAUTHENTICATED'],
    ['a forged token', { authorization: 'Bearer a.b.c' }, 401, 'UNAUTHENTICATED'],
    ['another media type', { 'content-type': 'application/xml' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('refuses %s', async (_, headers, status, code) => {
    await using it = await setUp();
    const response = await it.post({ query: '{ who { subject } }' }, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  // Proves: router.internal-token
  test("refuses a caller's own token: the router does not pass it on", async () => {
    await using it = await setUp();
    const response = await it.post(
      { query: '{ who { subject } }' },
      { authorization: await it.identity.bearerFor('admin') },
    );
    expect(response.status).toBe(401);
  });

  test.each([
    ['text that is no JSON', '{', 'JSON'],
    ['a list', [], '"query"'],
    ['no query', {}, '"query"'],
    ['a query that is no text', { query: 7 }, '"query"'],
    ['variables that are no object', { query: '{ who }', variables: [1] }, '"variables"'],
    ['extensions that are no object', { query: '{ who }', extensions: 'x' }, '"extensions"'],
    ['a cursor that is no text', { query: '{ who }', extensions: { after: 7 } }, '"after"'],
  ])('refuses %s as BAD_REQUEST, naming it', async (_, body, words) => {
    await using it = await setUp();
    const response = await it.post(body);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as {
      errors: { message: string; extensions: { code: string } }[];
    };
    expect(errors[0]?.extensions.code).toBe('BAD_REQUEST');
    expect(errors[0]?.message).toContain(words);
  });

  test('refuses a body over the limit', async () => {
    await using it = await setUp({ maxBodyBytes: 1_000 });
    const response = await it.post({ query: `{ who { subject } } # ${'x'.repeat(1_000)}` });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] });
  });

  test('tells the resolvers when the caller hangs up', async () => {
    await using it = await setUp();
    const controller = new AbortController();
    const response = it.post({ query: '{ slow }' }, {}, controller.signal);
    const { signal } = await it.asked.promise;
    const gone = once(signal ?? new EventTarget(), 'abort');
    controller.abort();
    await expect(response).rejects.toThrow();
    await gone;
    it.slow.resolve(1);
  });

  test('knows no other address', async () => {
    await using it = await setUp();
    const response = await fetch(`${it.server.url}/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });
});

describe('WebSocket /graphql', () => {
  test('streams events with their cursors and keys, from behind the cursor given, gaps as notices', async () => {
    await using it = await setUp();
    await using client = disposable(it.connect());
    const query = 'subscription { counted(to: 3) }';
    expect(await all(client.iterate({ query, extensions: { after: '1' } }))).toEqual([
      { data: { counted: 2 }, extensions: { cursor: '2', key: 'n' } },
      { data: { counted: 3 }, extensions: { cursor: '3', key: 'n' } },
    ]);
    const [gap] = await all(client.iterate({ query, extensions: { after: 'old' } }));
    expect(gap).toEqual({
      data: null,
      extensions: {
        cursor: '0',
        gap: { from: '2017-01-01T00:00:00Z', to: '2017-01-01T01:00:00Z', reason: 'Trimmed.' },
      },
    });
  });

  test('stops the source when the client completes', async () => {
    await using it = await setUp();
    await using client = disposable(it.connect());
    for await (const event of client.iterate({ query: 'subscription { forever }' })) {
      expect(event).toEqual({ data: { forever: 1 } });
      break;
    }
    await it.stopped.promise;
  });

  test('stops the source when the connection breaks', async () => {
    await using it = await setUp();
    const { socket, messages } = await raw(it.wsUrl, it.bearer);
    socket.send(
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { forever }' } }),
    );
    expect(await messages.next()).toMatchObject({ value: { type: 'next', id: '1' } });
    socket.terminate();
    await it.stopped.promise;
  });

  test('closes a connection without a good token with 4401', async () => {
    await using it = await setUp();
    for (const authorization of ['', 'Bearer a.b.c']) {
      const socket = new WebSocket(it.wsUrl, 'graphql-transport-ws');
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
      const [code] = await once(socket, 'close');
      expect(code).toBe(4401);
    }
  });

  test('carries operations of several callers: each may bring its own token', async () => {
    await using it = await setUp();
    const nobody = principalFor('viewer');
    const { socket, messages } = await raw(
      it.wsUrl,
      `Bearer ${await it.identity.internalIssuer.tokenFor(nobody)}`,
    );
    const query = 'subscription { counted(to: 1) }';
    socket.send(
      JSON.stringify({
        id: 'a',
        type: 'subscribe',
        payload: { query, extensions: { authorization: it.bearer } },
      }),
    );
    expect(await messages.next()).toMatchObject({
      value: { id: 'a', type: 'next', payload: { data: { counted: 1 } } },
    });
    expect(await messages.next()).toMatchObject({ value: { id: 'a', type: 'complete' } });
    socket.send(
      JSON.stringify({
        id: 'b',
        type: 'subscribe',
        payload: { query, extensions: { authorization: 'Bearer a.b.c' } },
      }),
    );
    expect(await messages.next()).toMatchObject({
      value: { id: 'b', type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    socket.close();
  });

  test("begins nothing more for a token that has expired since the connection's opening", async () => {
    let nowMs = Date.now() - 120_000;
    const clock = () => nowMs;
    const identity = await createTestIdentity({ clock });
    await using it = await setUp({ verifier: identity.internalVerifier });
    const { socket, messages } = await raw(
      it.wsUrl,
      `Bearer ${await identity.internalIssuer.tokenFor(principalFor('viewer'))}`,
    );
    nowMs = Date.now();
    socket.send(
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { forever }' } }),
    );
    expect(await messages.next()).toMatchObject({
      value: { type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    socket.close();
  });

  test.each([
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ who { subject } }', 'BAD_REQUEST'],
  ])('answers %s with an error message, %s', async (query, code) => {
    await using it = await setUp();
    const { socket, messages } = await raw(it.wsUrl, it.bearer);
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    expect(await messages.next()).toMatchObject({
      value: { type: 'error', payload: [{ extensions: { code } }] },
    });
    socket.close();
  });
});

describe('health and closing', () => {
  test('live always, ready when what it stands on is', async () => {
    let away = false;
    await using it = await setUp({
      ready: async () => {
        if (away) throw new Error('PostgreSQL is away.');
      },
    });
    expect((await fetch(`${it.server.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${it.server.url}/health/ready`)).status).toBe(200);
    away = true;
    const response = await fetch(`${it.server.url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'unavailable', reason: 'PostgreSQL is away.' });
  });

  // Proves: stop.requests-finish
  test('closing finishes what runs, ends streams with 1001, and can be asked for twice', async () => {
    const it = await setUp();
    const { socket, messages } = await raw(it.wsUrl, it.bearer);
    socket.send(
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { forever }' } }),
    );
    await messages.next();
    const running = it.post({ query: '{ slow }' });
    await it.asked.promise;
    const closed = once(socket, 'close');
    const closing = Promise.all([it.server.close(), it.server.close()]);
    expect((await closed)[0]).toBe(1001);
    it.slow.resolve(7);
    expect(await (await running).json()).toEqual({ data: { slow: 7 } });
    await closing;
    await it.stopped.promise;
    await expect(fetch(`${it.server.url}/health/live`)).rejects.toThrow();
  });

  test('a WebSocket that does not answer the close is cut', async () => {
    const it = await setUp({ closeGraceMs: 20 });
    const { socket } = await raw(it.wsUrl, it.bearer);
    socket.pause();
    await it.server.close();
    socket.terminate();
  });
});

async function all<T>(events: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const event of events) list.push(event);
  return list;
}

const disposable = (client: ReturnType<typeof createClient>) =>
  Object.assign(client, { [Symbol.asyncDispose]: async () => void (await client.dispose()) });

/** A socket that has been acknowledged, and its further messages. */
async function raw(url: string, authorization: string) {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const messages = jsonMessages(socket);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  expect(await messages.next()).toMatchObject({ value: { type: 'connection_ack' } });
  return { socket, messages };
}

function jsonMessages(socket: WebSocket): AsyncIterator<Record<string, unknown>> {
  const arrived: Record<string, unknown>[] = [];
  let wake = () => {};
  socket.on('message', (data) => {
    arrived.push(JSON.parse(String(data)));
    wake();
  });
  return {
    async next() {
      while (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return { done: false, value: arrived.shift() ?? {} };
    },
  };
}
