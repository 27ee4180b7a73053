import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { JsonSchema } from '../../mcp-adapter/tools/json-schema.ts';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';
import { seeded, validArguments } from './generate-arguments.ts';
import { knownIds } from './world.ts';

const launcher = fileURLToPath(
  new URL(
    '../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
    import.meta.url,
  ),
);

let system: TestSystem;
let home: string;
let token: string;
beforeAll(async () => {
  system = await createTestSystem();
  home = await mkdtemp(join(tmpdir(), 'eaio-inspector-'));
  token = await system.tokenFor('energy_engineer');
}, 90_000);
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

type Era = 'legacy' | 'modern';

/** One run of the Inspector's command line, as a person would start it. */
async function inspect<T>(era: Era, method: string, ...more: readonly string[]): Promise<T> {
  const args = ['--cli', `${system.url}/mcp`, '--transport', 'http', '--protocol-era', era, '--quiet'];
  const header = ['--header', `Authorization: Bearer ${token}`];
  const child = spawn(process.execPath, [launcher, ...args, ...header, '--method', method, ...more], {
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, said, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`${method} ${more.join(' ')} ended with ${code}: ${said}${out}`);
  return JSON.parse(out) as T;
}

interface Listed {
  readonly tools: readonly { readonly name: string; readonly inputSchema: JsonSchema }[];
}

/** Two at a time, as there are processors: most of each run is the Inspector's own start. */
async function twoByTwo<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const take = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all([take(), take()]);
}

// Proves: mcp.inspector
test('the Inspector’s command line lists everything, and calls every tool', async () => {
  const random = seeded(11);
  const { tools } = await inspect<Listed>('modern', 'tools/list');
  expect(tools.length).toBeGreaterThanOrEqual(20);
  const calls = tools
    .filter(({ name }) => name !== 'ContinueResult')
    .map(({ name, inputSchema }) => ({ name, given: validArguments(inputSchema, knownIds(system), random) }));
  await twoByTwo(calls, async ({ name, given }) => {
    const result = await inspect<{ isError?: boolean; structuredContent?: { data?: unknown } }>(
      'modern',
      ...['tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(given)],
    );
    expect([name, result.isError ?? false, typeof result.structuredContent?.data]).toEqual([
      name,
      false,
      'object',
    ]);
  });
}, 180_000);

// Proves: mcp.inspector
test.each<Era>(['legacy', 'modern'])(
  'the Inspector reads the lists, a building and a prompt (%s)',
  async (era) => {
    const { buildingId } = knownIds(system);
    const uri = `eaio://building/${buildingId}`;
    const [tools, { resources }, { resourceTemplates }, { prompts }, read, prompt] = [
      await inspect<Listed>(era, 'tools/list'),
      await inspect<{ resources: readonly object[] }>(era, 'resources/list'),
      await inspect<{ resourceTemplates: readonly { uriTemplate: string }[] }>(
        era,
        'resources/templates/list',
      ),
      await inspect<{ prompts: readonly { name: string }[] }>(era, 'prompts/list'),
      await inspect<{ contents: readonly { text: string }[] }>(era, 'resources/read', '--uri', uri),
      await inspect<{ messages: readonly unknown[] }>(
        era,
        ...['prompts/get', '--prompt-name', 'monthly_report', '--prompt-args', `buildingId=${buildingId}`],
      ),
    ];
    expect(tools.tools.map(({ name }) => name)).toContain('BuildingEnergyUse');
    expect(Array.isArray(resources)).toBe(true);
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain('eaio://building/{buildingId}');
    expect(prompts.length).toBeGreaterThanOrEqual(6);
    expect(read.contents[0]?.text).toContain(buildingId);
    expect(JSON.stringify(prompt.messages)).toContain(buildingId);
  },
  120_000,
);
