import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { createEdgeServer } from '../../router/http/server.ts';
import { idOf, openLibraryEdge } from './ground.ts';

const details = { data: { book: { id: '2', title: 'Title 2', genre: 'POETRY' } } };

describe('the edge over HTTP', () => {
  test('answers a persisted operation by POST, by GET, and by documentId, for a viewer', async () => {
    await using edge = await openLibraryEdge();
    const { post, persisted, url, identity } = edge;
    const answer = await post(persisted('BookDetails', { id: '2' }));
    expect([answer.status, answer.json]).toEqual([200, details]);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-\w+$/);
    expect(
      (await post({ documentId: `sha256:${idOf('BookDetails')}`, variables: { id: '2' } })).json,
    ).toEqual(details);
    const query = new URLSearchParams({
      extensions: JSON.stringify(persisted('BookDetails').extensions),
      variables: '{"id":"2"}',
    });
    const got = await fetch(`${url}/graphql?${query}`, {
      headers: { authorization: await identity.bearerFor('viewer') },
    });
    expect(await got.json()).toEqual(details);
  });

  // Proves: identity.token-wanted
  test('wants a token on everything but health, before it reads a body', async () => {
    await using edge = await openLibraryEdge();
    const { post, persisted, url } = edge;
    const without = await post(persisted('Loans'), { token: null });
    expect([without.status, without.json.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(without.headers.get('www-authenticate')).toBe('Bearer');
    expect((await post('{ not json', { token: 'forged' })).json.errors[0].extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': '10.0.0.1' } })).status).toBe(401);
  });

  // Proves: edge.http
  test('refuses what it can not take, each with its own code', async () => {
    await using edge = await openLibraryEdge({ server: { maxBodyBytes: 2_000 } });
    const { post, url, identity } = edge;
    const code = async (...request: Parameters<typeof post>) => {
      const { status, json } = await post(...request);
      return [status, json.errors[0].extensions.code];
    };
    expect(await code('{')).toEqual([400, 'BAD_REQUEST']);
    expect(await code('"text"')).toEqual([400, 'BAD_REQUEST']);
    expect(await code({ query: 3 })).toEqual([400, 'BAD_REQUEST']);
    expect(await code({ extensions: { persistedQuery: { version: 2 } } })).toEqual([400, 'BAD_REQUEST']);
    expect(await code({ query: 'x'.repeat(3_000) })).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(await code('{}', { headers: { 'content-type': 'text/plain' } })).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ]);
    expect(await code({ extensions: { persistedQuery: { version: 1, sha256Hash: 'no' } } })).toEqual([
      404,
      'PERSISTED_QUERY_NOT_FOUND',
    ]);
    const headers = { authorization: await identity.bearerFor('viewer') };
    const put = await fetch(`${url}/graphql`, { method: 'PUT', headers });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
    const nowhere = await fetch(`${url}/nowhere`, { headers });
    expect([nowhere.status, (await nowhere.json()).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('sends the form that the client prefers, with the status that goes with it', async () => {
    await using edge = await openLibraryEdge();
    const formOf = async (accept: string) => {
      const { status, headers } = await edge.post(edge.persisted('BookDetails', {}), { headers: { accept } });
      return [status, headers.get('content-type')?.split(';')[0]];
    };
    const [asGraphQL, asJson] = [
      [400, 'application/graphql-response+json'],
      [200, 'application/json'],
    ];
    expect(await formOf('application/graphql-response+json, application/json;q=0.9')).toEqual(asGraphQL);
    expect(await formOf('application/graphql-response+json;q=0.5, application/json')).toEqual(asJson);
    expect(await formOf('*/*;q=0.1, application/graphql-response+json')).toEqual(asGraphQL);
    expect(await formOf('application/*')).toEqual(asJson);
    expect(await formOf('image/png')).toEqual(asJson);
  });

  test('refuses mutations by GET, and subscriptions without a stream', async () => {
    await using edge = await openLibraryEdge();
    const { url, identity, persisted, post, library } = edge;
    const query = new URLSearchParams({
      extensions: JSON.stringify(persisted('AddBook').extensions),
      variables: '{"title":"New"}',
    });
    const got = await fetch(`${url}/graphql?${query}`, {
      headers: { authorization: await identity.bearerFor('admin') },
    });
    expect([got.status, got.headers.get('allow'), (await got.json()).errors[0].extensions.code]).toEqual([
      405,
      'POST',
      'METHOD_NOT_ALLOWED',
    ]);
    expect(library.calls.get('Mutation.addBook')).toBeUndefined();
    expect((await post(persisted('BookAdded'))).json.errors[0].extensions.code).toBe('BAD_REQUEST');
  });

  // Proves: cache.validators
  test('gives a GET a validator, and 304 to whoever has the bytes already', async () => {
    await using edge = await openLibraryEdge();
    const { url, identity, persisted } = edge;
    const address = `${url}/graphql?${new URLSearchParams({ extensions: JSON.stringify(persisted('BookDetails').extensions), variables: '{"id":"2"}' })}`;
    const headers = { authorization: await identity.bearerFor('viewer') };
    const first = await fetch(address, { headers });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(first.headers.get('cache-control')).toMatch(/^private/);
    expect(first.headers.get('vary')).toContain('authorization');
    const again = await fetch(address, { headers: { ...headers, 'if-none-match': `"other", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetch(address, { headers: { ...headers, 'if-none-match': '"other"' } })).status).toBe(200);
  });

  // Proves: edge.compression
  test('compresses what is worth it, for those who take it', async () => {
    await using edge = await openLibraryEdge();
    const { url, identity, persisted } = edge;
    const ask = async (first: number, encoding: string) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          authorization: await identity.bearerFor('viewer'),
          'content-type': 'application/json',
          'accept-encoding': encoding,
        },
        body: JSON.stringify(persisted('Shelf', { first })),
      });
      return {
        encoding: response.headers.get('content-encoding'),
        length: Number(response.headers.get('content-length')),
        json: await response.json(),
      };
    };
    const plain = await ask(50, 'identity');
    const zipped = await ask(50, 'br, gzip');
    expect([
      plain.encoding,
      zipped.encoding,
      (await ask(1, 'gzip')).encoding,
      (await ask(50, 'gzip;q=0')).encoding,
    ]).toEqual([null, 'gzip', null, null]);
    expect(zipped.length).toBeLessThan(plain.length / 3);
    expect(zipped.json).toEqual(plain.json);
  });

  // Proves: router.limits
  test('runs a batch side by side, answers in its order, and bounds it', async () => {
    await using edge = await openLibraryEdge();
    const { post, persisted } = edge;
    const batch = await post([
      persisted('BookDetails', { id: '2' }),
      persisted('Secret'),
      persisted('Loans'),
    ]);
    expect([batch.status, batch.json]).toEqual([
      200,
      [
        details,
        { errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'FORBIDDEN' }) })] },
        { data: { loanCount: 42 } },
      ],
    ]);
    expect((await post(Array(6).fill(persisted('Loans')))).json.errors[0].extensions).toMatchObject({
      code: 'OPERATION_TOO_COMPLEX',
      maxBatch: 5,
    });
    expect((await post([])).json.errors[0].extensions.code).toBe('BAD_REQUEST');
  });

  test('shows a browser where it is, and asks nothing of it', async () => {
    await using edge = await openLibraryEdge();
    const page = await fetch(`${edge.url}/graphql`, {
      headers: { accept: 'text/html,application/xhtml+xml' },
    });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('authorization: Bearer');
  });

  test('counts requests and executions', async () => {
    await using edge = await openLibraryEdge();
    const { post, persisted, url } = edge;
    await post(persisted('Loans'));
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('eaio_http_request_seconds_count{route="/graphql",method="POST",status="200"} 1');
    expect(text).toContain('eaio_router_execution_seconds_count{operation="Loans",kind="query"} 1');
    expect(text).toContain('eaio_router_operations{state="in service"} 7');
  });

  // Proves: edge.health
  test('says which part is down, and what is merely degraded', async () => {
    let status: 'ok' | 'degraded' | 'down' = 'degraded';
    await using edge = await openLibraryEdge({
      server: { checks: { cache: () => ({ status }), broken: () => ({ status: 'ok' }) } },
    });
    const ready = async () => {
      const response = await fetch(`${edge.url}/health/ready`);
      return [response.status, (await response.json()).status];
    };
    expect(await ready()).toEqual([200, 'degraded']);
    status = 'down';
    expect(await ready()).toEqual([503, 'down']);
  });
});

describe('the edge as it closes', () => {
  // Proves: stop.requests-finish
  test('lets running requests finish, closes their connections behind them, and takes no new ones', async () => {
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await using edge = await openLibraryEdge({
      server: {
        checks: {
          async slow() {
            started.resolve();
            await release.promise;
            return { status: 'ok' };
          },
        },
      },
    });
    const running = fetch(`${edge.url}/health/ready`);
    await started.promise;
    const idle = connect(Number(new URL(edge.url).port), '127.0.0.1');
    await once(idle, 'connect');
    const closed = edge.edge.close();
    await once(idle, 'close');
    expect(edge.edge.draining).toBe(true);
    await expect(fetch(`${edge.url}/health/live`)).rejects.toThrow('fetch failed');
    release.resolve();
    const answer = await running;
    expect([answer.status, answer.headers.get('connection'), (await answer.json()).status]).toEqual([
      503,
      'close',
      'draining',
    ]);
    await closed;
    await edge.edge.close();
  });

  test('cuts what takes longer than it may', async () => {
    const started = Promise.withResolvers<void>();
    await using edge = await openLibraryEdge({
      server: {
        drainMs: 20,
        checks: {
          stuck() {
            started.resolve();
            return new Promise(() => undefined);
          },
        },
      },
    });
    const stuck = expect(fetch(`${edge.url}/health/ready`)).rejects.toThrow();
    await started.promise;
    await edge.edge.close();
    await stuck;
  });

  test('says in one sentence why it can not listen', async () => {
    await using first = await openLibraryEdge();
    await using second = createEdgeServer({
      verifier: first.identity.verifier,
      metrics: createMetrics(),
      log: pino({ level: 'silent' }),
    });
    const port = Number(new URL(first.url).port);
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toThrow(
      `Port ${port} is taken: stop what uses it, or choose another by PORT or --port.`,
    );
  });
});
