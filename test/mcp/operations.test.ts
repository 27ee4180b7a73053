import { pino } from 'pino';
import { createMcpAdapter } from '../../mcp-adapter/adapter.ts';
import { parseMcpConfig } from '../../mcp-adapter/config.ts';
import { registerMcp } from '../../mcp-adapter/server/http.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import type { TextSource } from '../../router/federation/text-source.ts';
import { createEdgeServer } from '../../router/http/server.ts';
import { until, within } from '../kit/wait.ts';
import { manifestOf, openLibraryEdge, texts } from '../router/ground.ts';
import { connectModern } from './clients.ts';
import { listen } from './listen.ts';

/** A manifest that a test replaces. */
function replaceable(first: string): TextSource & { replace(text: string): void } {
  let text = first;
  let changed = (): void => {};
  return {
    read: async () => text,
    watch(onChange) {
      changed = onChange;
      return { [Symbol.dispose]: () => (changed = () => {}) };
    },
    replace(next) {
      text = next;
      changed();
    },
  };
}

/** The library of the router's own tests, with MCP at a door of its own. */
async function openLibrary() {
  await using made = new AsyncDisposableStack();
  const manifest = replaceable(manifestOf(texts));
  const library = made.use(await openLibraryEdge({ manifest }));
  const doors = made.use(new AsyncDisposableStack());
  const log = pino({ level: 'silent' });
  const { verifier } = library.identity;
  const door = async (leaseMs?: number) => {
    const redis = createRedis(library.redis.url, { name: 'mcp' });
    doors.defer(() => redis.disconnect());
    const adapter = await createMcpAdapter({
      graph: library.router,
      config: parseMcpConfig('{}', 'none'),
      version: '1.0.0',
      baseUrl: `http://door-${Math.random()}`,
      redis,
      log,
      ...(leaseMs === undefined ? {} : { leaseMs }),
    });
    doors.use(adapter);
    const server = doors.use(createEdgeServer({ verifier, metrics: createMetrics(), log, drainMs: 200 }));
    await registerMcp(server.app, { adapter, verifier, allowedHosts: ['127.0.0.1'] });
    return { adapter, redis, url: await server.listen({ host: '127.0.0.1', port: 0 }) };
  };
  const first = await door();
  const stack = made.move();
  return { library, manifest, door, ...first, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

// Proves: operations.hidden-variables
test('a variable that the token fills is in no schema, refused when sent, and filled', async () => {
  await using edge = await openLibrary();
  const token = await edge.library.identity.tokenFor('viewer', { claims: { shelf: '7' } });
  await using client = await connectModern({ url: edge.url, token });
  const { tools } = await client.listTools();
  const mine = tools.find(({ name }) => name === 'Mine');
  expect(mine?.inputSchema).toEqual({ type: 'object', properties: {}, additionalProperties: false });
  const sent = await client.callTool({ name: 'Mine', arguments: { id: '1' } });
  expect(sent).toMatchObject({ isError: true });
  expect(JSON.stringify(sent.content)).toContain('- id: is unknown');
  const filled = await client.callTool({ name: 'Mine', arguments: {} });
  expect(filled.structuredContent).toEqual({ data: { book: { title: 'Title 7' } } });
});

// Proves: mcp.any-instance
test('operations that are replaced change the tools of every instance, and its listeners hear of it', async () => {
  await using edge = await openLibrary();
  const other = await edge.door();
  const token = await edge.library.identity.tokenFor('viewer');
  await using here = await listen(edge.url, token, { toolsListChanged: true });
  await using there = await listen(other.url, token, { toolsListChanged: true });
  const notices = [here, there].map((stream) => stream[Symbol.asyncIterator]().next());
  const { Loans: _gone, ...rest } = texts;
  edge.manifest.replace(manifestOf(rest));
  for (const notice of notices)
    expect((await within(notice, { what: 'the notice' })).value).toMatchObject({
      method: 'notifications/tools/list_changed',
    });
  await using client = await connectModern({ url: other.url, token });
  expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('Loans');
});

// Proves: mcp.registry
test('an instance that dies is forgotten when its lease ends', async () => {
  await using edge = await openLibrary();
  const dying = await edge.door(200);
  const urls = async () => (await edge.adapter.registry.instances()).map(({ url }) => url);
  expect(await urls()).toContain(dying.adapter.baseUrl);
  // Its line to Redis is cut: from now on it renews nothing and takes nothing back.
  dying.redis.disconnect();
  await until(async () => !(await urls()).includes(dying.adapter.baseUrl), { what: 'the lease to end' });
});
