import { request } from 'node:http';
import { createTestSystem, type TestEdge, type TestSystem } from '../kit/edge.ts';
import { until, within } from '../kit/wait.ts';
import { connectModern, connectOlder } from './clients.ts';
import { listen } from './listen.ts';

let system: TestSystem;
let release = (): void => {};
let held = Promise.resolve();
beforeAll(async () => {
  system = await createTestSystem({
    months: 1,
    before: (_subgraph, { query }) => (String(query).includes('sites') ? held : undefined),
  });
}, 90_000);
afterAll(() => system?.[Symbol.asyncDispose]());

/** A request whose Host header is ours to choose, which fetch does not let. */
function post(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on('error', reject).end(body);
  });
}

// Proves: mcp.origin
test('a request addressed to, or come from, a strange host is refused before its token is looked at', async () => {
  const authorization = `Bearer ${await system.tokenFor('viewer')}`;
  const { port } = new URL(system.url);
  for (const path of ['/mcp', '/mcp/energy', '/mcp/servers']) {
    for (const strange of [
      { host: `evil.example:${port}` },
      { origin: 'http://evil.example' },
      { origin: 'null' },
    ]) {
      const { status, body } = await post(`${system.url}${path}`, { authorization, ...strange });
      if (path === '/mcp/servers') continue;
      expect([path, strange, status]).toEqual([path, strange, 403]);
      expect(body).toContain('"jsonrpc":"2.0"');
    }
    if (path === '/mcp/servers') continue;
    for (const own of [{ host: `localhost:${port}` }, { origin: `http://127.0.0.1:${port}` }])
      expect((await post(`${system.url}${path}`, { authorization, ...own })).status).toBe(200);
  }
  const strange = await fetch(`${system.url}/mcp/servers`, {
    headers: { authorization, origin: 'http://evil.example' },
  });
  expect(strange.status).toBe(403);
});

// Proves: mcp.authorization
test('without a token, or with a wrong one, a client is told how to come back', async () => {
  const metadata = `resource_metadata="${system.url}/.well-known/oauth-protected-resource/mcp/energy"`;
  const none = await post(`${system.url}/mcp/energy`, {});
  expect(none).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': `Bearer ${metadata}, scope="energy:read portfolio:read"` },
  });
  const wrong = await post(`${system.url}/mcp/energy`, { authorization: 'Bearer wrong' });
  expect(wrong).toMatchObject({
    status: 401,
    headers: {
      'www-authenticate': `Bearer ${metadata}, error="invalid_token", scope="energy:read portfolio:read"`,
    },
  });
});

// Proves: mcp.resource-metadata
test.each(['', '/mcp', '/mcp/energy'])(
  'the metadata of the resource "%s" name it, without a token',
  async (path) => {
    const response = await fetch(`${system.url}/.well-known/oauth-protected-resource${path}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      resource: `${system.url}${path || '/mcp'}`,
      scopes_supported: expect.arrayContaining(['energy:read']),
      bearer_methods_supported: ['header'],
    });
  },
);

test('the metadata are given to no strange host, and for no server that there is not', async () => {
  const address = `${system.url}/.well-known/oauth-protected-resource/mcp`;
  expect((await fetch(address, { headers: { origin: 'http://evil.example' } })).status).toBe(403);
  expect((await fetch(`${address}/weather2`)).status).toBe(404);
});

// Proves: mcp.insufficient-scope
test('who calls a tool without its scope is told the fewest that are missing', async () => {
  const response = await fetch(`${system.url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await system.tokenFor('viewer')}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      ...{ jsonrpc: '2.0', id: 7, method: 'tools/call' },
      params: { name: 'IngestReadings', arguments: {} },
    }),
  });
  expect(response.status).toBe(403);
  expect(response.headers.get('www-authenticate')).toBe(
    `Bearer resource_metadata="${system.url}/.well-known/oauth-protected-resource/mcp", error="insufficient_scope", scope="energy:ingest"`,
  );
  expect(await response.json()).toMatchObject({
    id: 7,
    error: { message: expect.stringContaining('energy:ingest') },
  });
});

test('a server that there is not is named, with those that there are', async () => {
  const { status, body } = await post(`${system.url}/mcp/weather2`, {
    authorization: `Bearer ${await system.tokenFor('viewer')}`,
  });
  expect(status).toBe(404);
  expect(body).toMatch(/There is no server weather2.*energy, portfolio/);
});

// Proves: mcp.cancellation
test.each([
  ['the 1.x client says that it cancels', connectOlder],
  ['the v2 client says that it cancels, older revision', (options) => connectModern(options, 'legacy')],
  ['the v2 client hangs up, newer revision', (options) => connectModern(options, 'pinned')],
] as const satisfies readonly (readonly [
  string,
  (options: Parameters<typeof connectOlder>[0]) => unknown,
])[])('a cancelled call cancels the query: %s', async (name, connect) => {
  const gate = Promise.withResolvers<void>();
  held = gate.promise;
  release = gate.resolve;
  try {
    await using client = await connect({ url: system.url, token: await system.tokenFor('viewer') });
    const cancel = new AbortController();
    const before = system.reached.length;
    const call = client.callTool(
      { name: 'FindSites', arguments: { filter: { text: name } } },
      ...((connect === connectOlder
        ? [undefined, { signal: cancel.signal }]
        : [{ signal: cancel.signal }]) as [never]),
    );
    const failed = expect(call).rejects.toThrow();
    const asked = await until(() => system.reached[before], { what: 'the subgraph to be asked' });
    cancel.abort('No longer wanted.');
    await failed;
    await until(() => asked.signal?.aborted, { what: 'the query to be cancelled' });
  } finally {
    release();
    held = Promise.resolve();
  }
});

describe('a fleet', () => {
  let other: TestEdge;
  beforeAll(async () => {
    other = await system.openEdge();
  });

  const registry = async () => {
    const response = await fetch(`${system.url}/mcp/servers`, {
      headers: { authorization: `Bearer ${await system.tokenFor('viewer')}` },
    });
    return (await response.json()) as {
      servers: readonly {
        server: { name: string; remotes: readonly { url: string }[] };
        _meta: {
          'io.eaio/registry': {
            toolsHash: string;
            toolCount: number;
            status: string;
            instances: readonly { url: string; toolsHash: string; health: string }[];
          };
        };
      }[];
    };
  };

  // Proves: mcp.registry
  test('every server is listed with its tools’ hash and the instances that serve it', async () => {
    const { servers } = await registry();
    expect(servers.map(({ server }) => server.name)).toEqual([
      'io.eaio/eaio',
      'io.eaio/energy',
      'io.eaio/portfolio',
    ]);
    for (const { server, _meta } of servers) {
      const facts = _meta['io.eaio/registry'];
      expect(facts.status).toBe('active');
      expect(facts.instances.map(({ url }) => url).sort()).toEqual([system.url, other.url].sort());
      expect(new Set(facts.instances.map(({ toolsHash }) => toolsHash))).toEqual(new Set([facts.toolsHash]));
      expect(server.remotes[0]?.url).toMatch(/\/mcp/);
    }
  });

  // Proves: mcp.registry, mcp.any-instance
  test('an instance that leaves is gone from the list; the one that stays answers any request', async () => {
    await using client = await connectModern({ url: other.url, token: await system.tokenFor('viewer') });
    const { tools } = await client.listTools();
    await using same = await connectModern({ url: system.url, token: await system.tokenFor('viewer') });
    expect(await same.listTools()).toEqual({ ...(await client.listTools()), tools });
    await other.close();
    const { servers } = await registry();
    expect(servers[0]?._meta['io.eaio/registry'].instances.map(({ url }) => url)).toEqual([system.url]);
  });

  // Proves: mcp.any-instance
  test('a change of lists reaches the listeners of other instances', async () => {
    await using edge = await system.openEdge();
    const token = await system.tokenFor('viewer');
    await using stream = await listen(edge.url, token, { toolsListChanged: true });
    expect(stream.acknowledged.params).toMatchObject({ notifications: { toolsListChanged: true } });
    // What an instance says to the others when it has reloaded its operations.
    await system.redis.redis.publish('eaio:mcp:changed', 'lists');
    const first = await within(stream[Symbol.asyncIterator]().next(), { what: 'the notice' });
    expect(first.value).toMatchObject({ method: 'notifications/tools/list_changed' });
  });
});
