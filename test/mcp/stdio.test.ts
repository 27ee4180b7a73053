import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { recordOf } from '../../cli/state/run-file.ts';
import { cleanEnv, eaio, root } from '../cli/eaio.ts';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';
import { within } from '../kit/wait.ts';
import { connectModern } from './clients.ts';
import { knownIds } from './world.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await createTestSystem({ months: 1 });
  // As a running system tells other commands of itself.
  const run = {
    process: recordOf(process.pid),
    phase: 'ready',
    startedAt: new Date().toISOString(),
    databaseUrl: system.databaseUrl,
    redisUrl: system.redis.url,
    url: system.url,
    children: [],
  };
  await writeFile(join(system.dataDir, 'run.json'), JSON.stringify(run));
}, 90_000);
afterAll(() => system?.[Symbol.asyncDispose]());

const command = (...more: readonly string[]) => ({
  command: join(root, 'node_modules', '.bin', 'node'),
  args: [join(root, 'cli', 'eaio.ts'), 'mcp', '--stdio', '--data-dir', system.dataDir, ...more],
  env: cleanEnv() as Record<string, string>,
  cwd: root,
});

async function connectOlder(...more: readonly string[]) {
  const client = new OlderClient({ name: 'desktop', version: '1.0.0' });
  await client.connect(new OlderTransport(command(...more)));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

async function store(value: number): Promise<void> {
  const { meterId } = knownIds(system);
  const time = new Date(system.lastHourMs + 3_600_000).toISOString();
  await using client = await connectModern({ url: system.url, token: await system.tokenFor('integrator') });
  const result = await client.callTool({
    name: 'IngestReadings',
    arguments: { readings: [{ meterId, time, value }] },
  });
  expect(result.structuredContent).toMatchObject({ data: { ingestReadings: { stored: 1 } } });
}

// Proves: mcp.stdio
test('a desktop client of the older revision lists, calls, and is told of changes it subscribed to', async () => {
  await using client = await connectOlder();
  const { tools } = await client.listTools();
  expect(tools.length).toBeGreaterThan(20);
  const found = await client.callTool({ name: 'FindBuildings', arguments: {} });
  expect(found.structuredContent).toMatchObject({ data: { buildings: { totalCount: 3 } } });

  const uri = `eaio://live/ReadingAdded?buildingIds=${knownIds(system).buildingId}`;
  const told = new Promise<unknown>((resolve) => {
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => resolve(params.uri));
  });
  await client.subscribeResource({ uri });
  await store(7);
  expect(await within(told, { what: 'the notice' })).toBe(uri);
  const { contents } = await client.readResource({ uri });
  expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({ readingAdded: { value: 7 } });
  await client.unsubscribeResource({ uri });
  await expect(client.subscribeResource({ uri: 'eaio://live/EnergyPulse' })).rejects.toThrow(/buildingId/);
}, 60_000);

// Proves: mcp.stdio
test('a desktop client of the newer revision listens', async () => {
  const client = new ModernClient(
    { name: 'desktop', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(new ModernTransport(command('--domain', 'energy')));
  try {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('FindSites');
    const uri = `eaio://live/ReadingAdded?buildingIds=${knownIds(system).buildingId}`;
    const told = new Promise<unknown>((resolve) => {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri));
    });
    const subscription = await client.listen({ resourceSubscriptions: [uri] });
    await store(8);
    expect(await within(told, { what: 'the notice' })).toBe(uri);
    await subscription.close();
  } finally {
    await client.close();
  }
}, 60_000);

// Proves: mcp.stdio
test('the client has the rights that the command gives it, and three tools in search mode', async () => {
  const [mine] = system.portfolio.buildings;
  await using client = await connectOlder('--buildings', mine?.id ?? '', '--mode', 'search');
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    'search_operations',
    'describe_operation',
    'call_operation',
  ]);
  const found = await client.callTool({ name: 'call_operation', arguments: { name: 'FindBuildings' } });
  expect(found.structuredContent).toMatchObject({ data: { buildings: { totalCount: 1 } } });
}, 60_000);

test('without a running system it says in one sentence what to do', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'eaio-none-'));
  try {
    const started = eaio(['mcp', '--stdio', '--data-dir', empty]);
    expect(await started.ended).toMatchObject({ code: 1 });
    expect(started.output().trim()).toMatch(/^[^\n]*No EAIO runs on [^\n]*npm start[^\n]*$/);
  } finally {
    await rm(empty, { recursive: true });
  }
}, 30_000);
