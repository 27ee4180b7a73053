import { readFile } from 'node:fs/promises';
import { loadMcpConfig, parseMcpConfig } from '../../mcp-adapter/config.ts';
import type { Graph } from '../../mcp-adapter/ports.ts';
import { defineServers } from '../../mcp-adapter/server/server-definition.ts';
import type { Role } from '../../platform/identity/roles.ts';
import { standardScalars } from '../../platform/subgraph/scalars.ts';
import { loadSupergraph } from '../../router/federation/supergraph.ts';
import { testTtls } from '../../router/federation/test/plan.ts';
import { loadCatalogue } from '../../router/operations/catalogue.ts';
import { parseManifest } from '../../router/operations/manifest.ts';
import { principalFor } from '../kit/token.ts';

const read = (name: string) => readFile(new URL(`../../schema/${name}`, import.meta.url), 'utf8');
let graph: Graph;
beforeAll(async () => {
  const supergraph = loadSupergraph(await read('supergraph.graphql'));
  const catalogue = await loadCatalogue(parseManifest(await read('manifest.json')), supergraph, {
    ttls: testTtls,
    scalars: standardScalars,
  });
  const none = () => Promise.reject(new Error('Nothing is asked here.'));
  graph = {
    execute: none,
    subscribe: none,
    operations: () => catalogue,
    schema: () => supergraph.schema,
    onReload: () => () => undefined,
  };
});

async function search(query: string, role: Role = 'energy_engineer'): Promise<string> {
  const server = defineServers(graph, loadMcpConfig()).get('eaio');
  const result = await server?.search.call('search_operations', {
    arguments: { query },
    principal: principalFor(role),
  });
  const [content] = result?.content ?? [];
  return content?.type === 'text' ? content.text : '';
}

// Proves: mcp.search-mode
test.each([
  ['How much electricity did this building use each day last month?', 'BuildingEnergyUse'],
  ['which buildings use the most energy', 'TopConsumers'],
  ['is a building using more than last year', 'CompareWithEarlier'],
  ['what runs at night and wastes power', 'NightLoads'],
  ['base load of one building', 'BuildingBaseLoad'],
  ['peak demand for the demand charge', 'BuildingPeakDemand'],
  ['when is the building occupied, typical week', 'BuildingLoadProfile'],
  ['EUI kWh per square metre', 'BuildingEnergyIntensity'],
  ['total consumption of all our buildings', 'PortfolioEnergy'],
  ['gaps and missing data', 'BuildingDataCoverage'],
  ['find a building by name', 'FindBuildings'],
  ['list the campuses', 'FindSites'],
  ['current value of the meters right now', 'BuildingLatestReadings'],
  ['raw interval data of one meter', 'MeterReadings'],
  ['write the monthly report', 'BuildingMonthlyReport'],
  ['compare offices side by side', 'CompareBuildings'],
  ['how fresh is the data', 'DataClock'],
  ['upload readings', 'IngestReadings'],
])('"%s" finds %s first', async (question, name) => {
  const [first] = (await search(question)).split('\n');
  expect(first?.split('(')[0]).toBe(name);
});

test('five hits at most, in a few hundred tokens, each with its arguments', async () => {
  const text = await search('energy of a building');
  expect(text.split('\n').length).toBeLessThanOrEqual(5);
  expect(text.length / 4).toBeLessThan(400);
  expect(text).toContain('buildingId: string');
});

// Proves: mcp.search-mode
test('what the caller may not call is neither found nor described nor run', async () => {
  const server = defineServers(graph, loadMcpConfig()).get('eaio');
  const principal = principalFor('viewer');
  expect(await search('upload and store readings', 'viewer')).not.toContain('IngestReadings');
  const described = await server?.search.call('describe_operation', {
    arguments: { name: 'IngestReadings' },
    principal,
  });
  expect(described).toMatchObject({ isError: true });
  const called = await server?.search.call('call_operation', {
    arguments: { name: 'IngestReadings', arguments: { readings: [] } },
    principal,
  });
  expect(called).toMatchObject({ isError: true });
});

// Proves: mcp.search-mode
test('an operation is described whole, as tools/list would have', async () => {
  const server = defineServers(graph, loadMcpConfig()).get('eaio');
  const result = await server?.search.call('describe_operation', {
    arguments: { name: 'BuildingEnergyUse' },
    principal: principalFor('viewer'),
  });
  const [content] = result?.content ?? [];
  const described = JSON.parse(content?.type === 'text' ? content.text : '{}') as object;
  const tool = server?.toolSet.tools.get('BuildingEnergyUse')?.definition;
  expect(described).toEqual({
    name: 'BuildingEnergyUse',
    description: tool?.description,
    arguments: tool?.inputSchema,
  });
});

test('three tools cost a model a fraction of all of them', () => {
  const server = defineServers(graph, loadMcpConfig()).get('eaio');
  const all = JSON.stringify(server?.toolSet.listFor(principalFor('admin'))).length;
  const three = JSON.stringify(server?.search.definitions).length;
  expect(three).toBeLessThan(all / 30);
});

test('words that fit nothing get a hint, and wrong arguments their faults', async () => {
  expect(await search('zzzzqqq')).toContain('Try other words');
  const server = defineServers(graph, loadMcpConfig()).get('eaio');
  const wrong = await server?.search.call('search_operations', {
    arguments: { text: 'a' },
    principal: principalFor('viewer'),
  });
  expect(JSON.stringify(wrong)).toMatch(/query: is required.*text: is unknown/);
});

describe('the configuration of servers', () => {
  test('leaves servers and tools out, and words results', () => {
    const config = parseMcpConfig(
      JSON.stringify({
        servers: {
          portfolio: { enabled: false },
          energy: { include: ['Building*'], exclude: ['*Report'], results: 'text', title: 'Meters' },
        },
      }),
      'test',
    );
    const servers = defineServers(graph, config);
    expect([...servers.keys()]).toEqual(['eaio', 'energy']);
    const energy = servers.get('energy');
    expect(energy?.title).toBe('Meters');
    const tools = [...(energy?.toolSet.tools.values() ?? [])];
    expect(tools.length).toBeGreaterThan(5);
    for (const { definition } of tools) {
      expect(definition.name).toMatch(/^Building.*(?<!Report)$/);
      expect(definition.outputSchema).toBeUndefined();
    }
  });

  test('names every fault at once', () => {
    const wrong = { defaults: { resultBudget: 1, colour: 'red' }, servers: { energy: { results: 'xml' } } };
    expect(() => parseMcpConfig(JSON.stringify(wrong), 'servers.json')).toThrow(
      /resultBudget.*colour.*servers\.energy\.results/s,
    );
    expect(() => parseMcpConfig('{', 'servers.json')).toThrow(/servers\.json is not JSON/);
    expect(() => loadMcpConfig('/nowhere/servers.json')).toThrow(/can't be read/);
  });
});
