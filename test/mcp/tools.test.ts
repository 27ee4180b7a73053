import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import type { JsonSchema } from '../../mcp-adapter/tools/json-schema.ts';
import { createTestSystem, type TestSystem } from '../kit/edge.ts';
import { connectModern, connectOlder } from './clients.ts';
import { invalidArguments, pick, seeded, validArguments } from './generate-arguments.ts';
import { knownIds } from './world.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await createTestSystem();
}, 90_000);
afterAll(() => system?.[Symbol.asyncDispose]());

const textOf = (result: unknown): string =>
  (result as { content: readonly { text?: string }[] }).content.map(({ text }) => text ?? '').join('\n');

const clients = [
  ['the 1.x client', connectOlder],
  ['the v2 client, older revision', (options) => connectModern(options, 'legacy')],
  ['the v2 client, which finds out', (options) => connectModern(options, 'auto')],
  ['the v2 client, pinned to 2026-07-28', (options) => connectModern(options, 'pinned')],
] as const satisfies readonly (readonly [string, (options: Parameters<typeof connectOlder>[0]) => unknown])[];

// Proves: mcp.clients
test.each(clients)(
  '%s lists and calls every tool, and every result fits its output schema',
  async (_name, connect) => {
    const token = await system.tokenFor('energy_engineer');
    await using client = await connect({ url: system.url, token });
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThanOrEqual(20);
    const ajv = new Ajv2020({ strict: false });
    const random = seeded(7);
    for (const tool of tools) {
      if (tool.name === 'ContinueResult') continue;
      const given = validArguments(tool.inputSchema as JsonSchema, knownIds(system), random);
      const result = await client.callTool({ name: tool.name, arguments: given });
      expect([tool.name, given, result.isError, textOf(result).slice(0, 300)]).toEqual([
        tool.name,
        given,
        undefined,
        expect.any(String),
      ]);
      const fits = ajv.validate((tool.outputSchema ?? {}) as AnySchemaObject, result.structuredContent);
      expect([tool.name, fits, ajv.errorsText()]).toEqual([tool.name, true, 'No errors']);
      expect(JSON.parse(textOf(result))).toEqual(result.structuredContent);
      expect(JSON.stringify(result.structuredContent)).toContain('"data":{');
    }
  },
  60_000,
);

// Proves: mcp.invalid-stays-outside, mcp.every-fault
test('1,000 generated invalid calls are refused with the path of the fault, and none reaches a subgraph', async () => {
  const token = await system.tokenFor('energy_engineer');
  await using client = await connectModern({ url: system.url, token });
  const { tools } = await client.listTools();
  const random = seeded(4);
  const kinds = new Set<string>();
  const before = system.reached.length;
  for (let count = 0; count < 1_000; count += 1) {
    const tool = pick(tools, random);
    const schema = tool.inputSchema as JsonSchema;
    const valid = validArguments(schema, knownIds(system), random);
    const invalid = invalidArguments(schema, valid, random);
    kinds.add(invalid.kind);
    const result = await client.callTool({
      name: tool.name,
      arguments: invalid.arguments as Record<string, unknown>,
    });
    const about = { tool: tool.name, ...invalid, said: textOf(result) };
    expect({ ...about, isError: result.isError }).toEqual({ ...about, isError: true });
    expect(about.said.includes(invalid.path) ? 'names the path' : about).toBe('names the path');
  }
  expect([...kinds].sort()).toEqual(['enum', 'format', 'missing', 'type', 'unknown']);
  expect(system.reached.length - before).toBe(0);
}, 120_000);

// Proves: mcp.every-fault
test('all faults of a call are told at once, each with what is allowed', async () => {
  await using client = await connectOlder({ url: system.url, token: await system.tokenFor('viewer') });
  const result = await client.callTool({
    name: 'BuildingEnergyUse',
    arguments: { range: { period: 'LAST_90_DAYS', since: 1 }, interval: 'day', colour: 'red' },
  });
  expect(result.isError).toBe(true);
  const text = textOf(result);
  for (const path of ['buildingId', 'range.period', 'range.since', 'interval', 'colour'])
    expect(text).toContain(`- ${path}: `);
  expect(text).toContain('LAST_30_DAYS');
  expect(text).toContain('Allowed: HOUR, DAY, WEEK, MONTH.');
});

// Proves: mcp.own-tools
test('a caller lists what the caller may call, in the same order each time', async () => {
  const namesFor = async (role: Parameters<TestSystem['tokenFor']>[0], path?: string) => {
    const token = await system.tokenFor(role);
    await using client = await connectModern({ url: system.url, token, ...(path ? { path } : {}) });
    return (await client.listTools()).tools.map(({ name }) => name);
  };
  const [engineer, viewer, again] = [
    await namesFor('energy_engineer'),
    await namesFor('viewer'),
    await namesFor('viewer'),
  ];
  expect(engineer).toContain('IngestReadings');
  expect(viewer).not.toContain('IngestReadings');
  const writes = ['ChangeReadings', 'EditReadings', 'EstimateGaps', 'IngestReadings', 'UndoEdit'];
  expect(viewer).toEqual(engineer.filter((name) => !writes.includes(name)));
  expect(again).toEqual(viewer);
  expect(viewer.slice(0, -1)).toEqual([...viewer.slice(0, -1)].sort());
  expect(await namesFor('viewer', '/mcp/portfolio')).toEqual([
    'BuildingFacts',
    'FindBuildings',
    'FindSites',
    'PortfolioSummary',
    'ContinueResult',
  ]);
});

// Proves: mcp.lists-age
test('lists say for how long they may be kept, and that they are the caller’s own', async () => {
  await using client = await connectModern(
    { url: system.url, token: await system.tokenFor('viewer') },
    'pinned',
  );
  for (const list of [
    await client.listTools(),
    await client.listResources(),
    await client.listResourceTemplates(),
    await client.listPrompts(),
  ])
    expect(list).toMatchObject({ ttlMs: 300_000, cacheScope: 'private' });
});

test('a tool that the caller may not call says which scope it lacks, and runs nothing', async () => {
  await using client = await connectOlder({ url: system.url, token: await system.tokenFor('viewer') });
  const before = system.reached.length;
  const readings = [{ meterId: knownIds(system).meterId, time: knownIds(system).time, value: 1 }];
  await expect(client.callTool({ name: 'IngestReadings', arguments: { readings } })).rejects.toThrow(
    'energy:ingest',
  );
  expect(system.reached.length).toBe(before);
});

// Proves: identity.granted-buildings
test('a token of one building sees that building and no other', async () => {
  const [mine, other] = system.portfolio.buildings;
  const token = await system.tokenFor('building_manager', { buildings: [mine?.id ?? ''] });
  await using client = await connectModern({ url: system.url, token });
  const found = await client.callTool({ name: 'FindBuildings', arguments: {} });
  expect(found.structuredContent).toMatchObject({
    data: { buildings: { totalCount: 1, nodes: [{ id: mine?.id }] } },
  });
  const hidden = await client.callTool({ name: 'BuildingFacts', arguments: { buildingId: other?.id } });
  expect(hidden.structuredContent).toMatchObject({ data: { building: null } });
});

// Proves: router.trace
test('the trace that a call carries reaches the subgraph', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await using client = await connectModern({ url: system.url, token: await system.tokenFor('viewer') });
  await client.callTool({
    name: 'FindBuildings',
    arguments: { first: 17 },
    _meta: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
  });
  expect(system.reached.at(-1)?.traceparent).toContain(traceId);
});

// Proves: mcp.progress
test.each(['legacy', 'pinned'] as const)(
  'a call that asks for progress hears when it begins and when it is answered (%s)',
  async (negotiation) => {
    await using client = await connectModern(
      { url: system.url, token: await system.tokenFor('viewer') },
      negotiation,
    );
    const heard: unknown[] = [];
    await client.callTool(
      { name: 'FindSites', arguments: {} },
      { onprogress: ({ progress, total }) => void heard.push([progress, total]) },
    );
    expect(heard).toEqual([
      [0, 1],
      [1, 1],
    ]);
  },
);

// Proves: mcp.budget
test('a list that is cut can be continued to its end, and gives what an uncut one has', async () => {
  await using client = await connectModern({ url: system.url, token: await system.tokenFor('viewer') });
  const { buildingId } = knownIds(system);
  const call = {
    name: 'BuildingEnergyUse',
    arguments: { buildingId, range: { period: 'LAST_30_DAYS' }, interval: 'HOUR', types: ['ELECTRICITY'] },
  };
  const cut = await client.callTool(call);
  type Cut = {
    data: { building: { energyUse: [{ points: unknown[] }] } };
    cut: [{ path: string; shown: string; cursor: string }];
  };
  const first = cut.structuredContent as Cut;
  expect(first.cut).toHaveLength(1);
  expect(first.cut[0].path).toBe('data.building.energyUse[0].points');
  const points = [...first.data.building.energyUse[0].points];
  expect(JSON.stringify(first.data).length).toBeLessThanOrEqual(8_000 * 3.5);
  let cursor: string | undefined = first.cut[0].cursor;
  let pages = 0;
  while (cursor) {
    const result = await client.callTool({ name: 'ContinueResult', arguments: { cursor } });
    const page = JSON.parse(textOf(result)) as { items: unknown[]; cursor?: string };
    points.push(...page.items);
    cursor = page.cursor;
    pages += 1;
  }
  expect(pages).toBeGreaterThan(1);
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await system.tokenFor('admin')}`,
    },
    body: JSON.stringify({
      query: `query($id: ID!) { building(id: $id) { energyUse(range: { period: LAST_30_DAYS }, interval: HOUR, types: [ELECTRICITY]) { points { start date hours sum mean min max coverage estimatedShare } } } }`,
      variables: { id: buildingId },
    }),
  });
  const whole = (await response.json()) as Cut;
  expect(points).toEqual(whole.data.building.energyUse[0].points);
});

test('a cursor that was tampered with is refused, and one of a tool that is forbidden gives nothing', async () => {
  await using client = await connectModern({ url: system.url, token: await system.tokenFor('viewer') });
  const refused = await client.callTool({ name: 'ContinueResult', arguments: { cursor: 'bm9uZQ' } });
  expect(refused.isError).toBe(true);
  expect(textOf(refused)).toContain('cursor');
  const missing = await client.callTool({ name: 'ContinueResult', arguments: { from: 1 } });
  expect(textOf(missing)).toContain('cursor');
});

// Proves: mcp.partial-answer
test('an answer of which a part is missing is an error that keeps the rest', async () => {
  await using client = await connectModern({ url: system.url, token: await system.tokenFor('viewer') });
  await system.doors.energy.shut();
  try {
    const { tools } = await client.listTools();
    const schema = tools.find(({ name }) => name === 'BuildingFacts')?.outputSchema ?? {};
    const { buildingId } = knownIds(system);
    const result = await client.callTool({ name: 'BuildingFacts', arguments: { buildingId } });
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toMatchObject({
      data: { building: { id: buildingId } },
      errors: [{ message: expect.any(String), path: expect.stringContaining('building.meters') }],
    });
    expect(new Ajv2020({ strict: false }).validate(schema as AnySchemaObject, result.structuredContent)).toBe(
      true,
    );
  } finally {
    await system.doors.energy.open();
  }
}, 60_000);
