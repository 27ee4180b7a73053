import { readFile } from 'node:fs/promises';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { pino } from 'pino';
import { createMcpAdapter } from '../../mcp-adapter/adapter.ts';
import { loadMcpConfig } from '../../mcp-adapter/config.ts';
import { createGraphOverHttp } from '../../mcp-adapter/graph-over-http.ts';
import { serveMcpStdio } from '../../mcp-adapter/server/stdio.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import { standardScalars } from '../../platform/subgraph/scalars.ts';
import { loadSupergraph } from '../../router/federation/supergraph.ts';
import { testTtls } from '../../router/federation/test/plan.ts';
import { loadCatalogue } from '../../router/operations/catalogue.ts';
import { parseManifest } from '../../router/operations/manifest.ts';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';
import { principalFor } from '../kit/token.ts';
import { until, within } from '../kit/wait.ts';
import { connectModern } from './clients.ts';
import { knownIds } from './world.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await createTestSystem({ months: 1 });
}, 90_000);
afterAll(() => system?.[Symbol.asyncDispose]());

const read = (name: string) => readFile(new URL(`../../schema/${name}`, import.meta.url), 'utf8');

/** The adapter in a place of its own: it knows the router by its address, and the operations by the same files. */
async function openApart(url: string) {
  const supergraph = loadSupergraph(await read('supergraph.graphql'));
  const options = { ttls: testTtls, scalars: standardScalars };
  const catalogue = await loadCatalogue(parseManifest(await read('manifest.json')), supergraph, options);
  const graph = createGraphOverHttp({
    url,
    tokenFor: ({ roles: [role = 'viewer'], buildings }: Principal) =>
      system.tokenFor(role, buildings === 'all' ? {} : { buildings }),
    definitions: {
      operations: () => catalogue,
      schema: () => supergraph.schema,
      onReload: () => () => undefined,
    },
  });
  return createMcpAdapter({
    graph,
    config: loadMcpConfig(),
    version: '1.0.0',
    baseUrl: 'http://apart',
    log: pino({ level: 'silent' }),
    coalesceMs: 10,
  });
}

// Proves: mcp.apart
test('an adapter apart from the router calls over HTTP, with the caller’s rights and trace', async () => {
  await using adapter = await openApart(system.url);
  const [mine] = system.portfolio.buildings;
  const principal = principalFor('viewer', { buildings: [mine?.id ?? ''] });
  const traceId = '1af7651916cd43dd8448eb211c80319c';
  const result = await adapter
    .servers()
    .get('eaio')
    ?.toolSet.call('FindBuildings', {
      arguments: { first: 3 },
      principal,
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    });
  expect(result?.structuredContent).toMatchObject({ data: { buildings: { totalCount: 1 } } });
  expect(system.reached.some(({ traceparent }) => traceparent?.includes(traceId))).toBe(true);
});

// Proves: mcp.apart
test('its live resources follow the router’s streams', async () => {
  await using adapter = await openApart(system.url);
  const server = adapter.servers().get('energy');
  if (!server) throw new Error('There is no server for energy.');
  const { buildingId, meterId } = knownIds(system);
  const principal = principalFor('viewer');
  const uri = `eaio://live/ReadingAdded?buildingIds=${buildingId}`;
  const target = adapter.resources.resolve(server, uri, principal);
  let told = 0;
  const before = system.reached.length;
  const stop = adapter.live.watch(target, () => {
    told += 1;
  });
  const opened = await until(
    () => system.reached.slice(before).find(({ query }) => query.includes('readingAdded')),
    { what: 'the stream of the graph' },
  );
  await using client = await connectModern({ url: system.url, token: await system.tokenFor('integrator') });
  const time = new Date(system.lastHourMs + 3_600_000).toISOString();
  await client.callTool({
    name: 'IngestReadings',
    arguments: { readings: [{ meterId, time, value: 99 }] },
  });
  await until(() => told > 0, { what: 'a notice' });
  expect((await adapter.live.latest(target)).value).toMatchObject({ readingAdded: { value: 99 } });
  stop();
  await until(() => opened.isOver, { what: 'the stream to be left' });
  const pulse = adapter.resources.resolve(server, 'eaio://live/EnergyPulse?buildingId=nowhere', principal);
  await expect(adapter.live.latest(pulse)).rejects.toThrow();
});

test.each(['legacy', 'pinned'] as const)(
  'one client on a line of its own is told what it asked for (%s)',
  async (mode) => {
    await using adapter = await openApart(system.url);
    const [near, far] = InMemoryTransport.createLinkedPair();
    const served = serveMcpStdio({ adapter, principal: principalFor('viewer'), transport: far });
    const versionNegotiation = { mode: mode === 'pinned' ? { pin: '2026-07-28' } : mode } as const;
    const client = new Client({ name: 'desktop', version: '1.0.0' }, { versionNegotiation });
    await client.connect(near);
    try {
      const [updates, lists] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
      client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
        updates.resolve(params.uri),
      );
      client.setNotificationHandler('notifications/tools/list_changed', () => lists.resolve());
      const { buildingId, meterId } = knownIds(system);
      const uri = `eaio://live/ReadingAdded?buildingIds=${buildingId}`;
      const subscribe = async (one: string): Promise<() => unknown> => {
        if (mode === 'legacy') {
          await client.subscribeResource({ uri: one });
          return () => client.unsubscribeResource({ uri: one });
        }
        const listening = await client.listen({ resourceSubscriptions: [one], toolsListChanged: true });
        return () => listening.close();
      };
      const before = system.reached.length;
      const stop = await subscribe(uri);
      await until(() => system.reached.slice(before).some(({ query }) => query.includes('readingAdded')), {
        what: 'the stream of the graph',
      });
      const hours = mode === 'legacy' ? 2 : 3;
      const time = new Date(system.lastHourMs + hours * 3_600_000).toISOString();
      await using writer = await connectModern({
        url: system.url,
        token: await system.tokenFor('integrator'),
      });
      await writer.callTool({
        name: 'IngestReadings',
        arguments: { readings: [{ meterId, time, value: 5 }] },
      });
      expect(await within(updates.promise, { what: 'the notice' })).toBe(uri);
      adapter.buses.listsChanged();
      await within(lists.promise, { what: 'the change of lists' });
      await stop();
      await expect(subscribe('eaio://live/EnergyPulse')).rejects.toThrow(/buildingId/);
    } finally {
      await client.close();
      await served.close();
    }
  },
);

test('a router that is away is said to be, for a model and for a reader', async () => {
  await using adapter = await openApart('http://127.0.0.1:9');
  const principal = principalFor('viewer');
  const server = adapter.servers().get('eaio');
  if (!server) throw new Error('There is no server of all.');
  const result = await server.toolSet.call('DataClock', { arguments: {}, principal });
  expect(result).toMatchObject({ isError: true });
  expect(JSON.stringify(result.content)).toContain("can't be reached");
  const target = adapter.resources.resolve(server, 'eaio://live/ReadingAdded', principal);
  await expect(adapter.live.latest(target)).rejects.toThrow();
});
