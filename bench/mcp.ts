import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from './ground/child.ts';
import { openGround } from './ground/ground.ts';
import { openSystem, type System } from './ground/system.ts';
import { type Load, openLoad } from './load/load.ts';
import { type Call, callBody, headersOf, type Revision, requestBody, revisions } from './mcp/calls.ts';
import { openListeners } from './mcp/listeners.ts';
import { cpuSeconds } from './measure/cpu.ts';
import { report } from './measure/report.ts';
import { interleave } from './measure/rounds.ts';

/**
 * MCP at the edge: calls a second beside a bare SDK server with a tool that does nothing, in the same run; what listing costs a
 * model; and how long a change takes to reach 1,000 listeners.
 *
 *   node bench/mcp.ts [seconds a measurement]        default 5
 */
const seconds = Number(process.argv[2] ?? 5);
const rounds = 3;
const connections = 32;
const listenerCount = 1_000;
const changes = 10;

await using ground = await openGround();
await using system = await openSystem(ground, 4);
await using load = await openLoad();
// The role that language models have. Storing takes another.
const token = await ground.tokenFor('agent');

const storing = await ground.tokenFor('integrator');

await compareCalls(system, load);
await measureLists(system);
await measureListeners(system);

async function compareCalls({ edge, buildingIds, operation }: System, by: Load): Promise<void> {
  const bare = await startChild(new URL('./reference/bare-mcp.ts', import.meta.url), null);
  await using _bare = bare.child;
  const authorization = `Bearer ${token}`;
  const fire = (url: string, headers: Readonly<Record<string, string>>, bodies: readonly string[]) =>
    by.fire({ url, headers: { ...headers, authorization }, bodies, seconds, connections });
  const cached: Call = {
    name: 'BuildingEnergyUse',
    arguments: { buildingId: buildingIds[0], range: { period: 'LAST_7_DAYS' }, types: ['ELECTRICITY'] },
  };
  /** Each question once: none is answered from a cache. */
  const fresh = (from: number, to: number) =>
    buildingIds.flatMap((buildingId) =>
      Array.from({ length: to - from }, (_, index) => ({
        ...cached,
        arguments: { ...cached.arguments, buildingId, range: week(from + index) },
      })),
    );
  for (const revision of revisions) {
    const post = async (url: string, pid: number, call: Call) => {
      const before = cpuSeconds(pid);
      const result = await fire(url, headersOf(revision, 'tools/call', call.name), [
        callBody(revision, call),
      ]);
      const cpu = ((cpuSeconds(pid) ?? Number.NaN) - (before ?? 0)) / result.requests;
      return { ...result, cpuMicroseconds: cpu * 1e6 };
    };
    const [noop, noopUrl] = [{ name: 'noop', arguments: {} }, String(bare.first)];
    const competitors = {
      ours: () => post(`${edge.url}/mcp`, edge.pid, cached),
      bare: () => post(noopUrl, bare.child.pid, noop),
    };
    // Both are warm before they are compared.
    await competitors.bare();
    await competitors.ours();
    const found = await interleave(rounds, competitors);
    const name = 'bare SDK server, no-op tool';
    const of = (results: typeof found.ours, figure: 'perSecond' | 'cpuMicroseconds' | 'p99Ms') =>
      results.map((result) => result[figure]);
    report(
      {
        what: `MCP tools/call, cached, ${revision}, ${connections} connections`,
        ours: { samples: of(found.ours, 'perSecond'), unit: '/s' },
        reference: { name, samples: of(found.bare, 'perSecond'), unit: '/s' },
        aim: { of: 'ratio', least: 0.8 },
      },
      {
        what: '  p99',
        ours: { samples: of(found.ours, 'p99Ms'), unit: 'ms' },
        reference: { name, samples: of(found.bare, 'p99Ms'), unit: 'ms' },
      },
      {
        what: '  processor time of the server, a call',
        ours: { samples: of(found.ours, 'cpuMicroseconds'), unit: 'µs' },
        reference: { name, samples: of(found.bare, 'cpuMicroseconds'), unit: 'µs' },
      },
    );
  }
  const uncached = (url: string, headers: Readonly<Record<string, string>>, bodies: readonly string[]) =>
    // One at a time: two connections would ask the same questions side by side, and the second would share the answer.
    by.fire({ url, headers: { ...headers, authorization }, bodies, seconds: 2, connections: 1 });
  const revision: Revision = '2026-07-28';
  const byTool = await uncached(
    `${edge.url}/mcp`,
    headersOf(revision, 'tools/call', cached.name),
    fresh(0, 340).map((call) => callBody(revision, call)),
  );
  const { id } = operation(cached.name);
  const byQuery = await uncached(
    `${edge.url}/graphql`,
    {},
    fresh(340, 680).map(({ arguments: variables }) =>
      JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: id } }, variables }),
    ),
  );
  report({
    what: 'MCP tools/call, uncached, one after the other',
    ours: { samples: [byTool.perSecond], unit: '/s' },
    reference: { name: 'the same by GraphQL', samples: [byQuery.perSecond], unit: '/s' },
  });
}

function week(daysBack: number): { readonly from: string; readonly to: string } {
  const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  return { from: day(daysBack + 7), to: day(daysBack + 1) };
}

async function measureLists({ edge }: System): Promise<void> {
  for (const [name, path] of [
    ['full', '/mcp'],
    ['portfolio', '/mcp/portfolio'],
    ['energy', '/mcp/energy'],
    ['search mode', '/mcp?mode=search'],
  ] as const) {
    const response = await fetch(`${edge.url}${path}`, {
      method: 'POST',
      headers: { ...headersOf('2026-07-28', 'tools/list'), authorization: `Bearer ${token}` },
      body: requestBody('2026-07-28', 'tools/list', {}),
    });
    const { result } = (await response.json()) as { result: { tools: readonly object[] } };
    const bytes = JSON.stringify(result.tools).length;
    report({
      what: `MCP tools/list, ${name}`,
      // About 4 characters a token in JSON Schema.
      ours: { samples: [bytes / 4], unit: 'tokens' },
      note: `${result.tools.length} tools, ${bytes.toLocaleString('en')} bytes`,
    });
  }
}

async function measureListeners({ edge, buildingIds }: System): Promise<void> {
  const [buildingId = ''] = buildingIds;
  const uri = `eaio://live/ReadingAdded?buildingIds=${buildingId}`;
  using listeners = await openListeners({ url: `${edge.url}/mcp`, token, uri, count: listenerCount });
  const waits: number[] = [];
  for (let change = 0; change < changes; change += 1) {
    const heard = listeners.nextChange();
    await store(edge.url, buildingId, change);
    waits.push(...(await heard));
    // Changes within a second are told together.
    await pause(1_100);
  }
  waits.sort((a, b) => a - b);
  const at = (share: number) => waits[Math.floor(waits.length * share)] ?? 0;
  report(
    { what: `MCP change to ${listenerCount} listeners, p50`, ours: { samples: [at(0.5)], unit: 'ms' } },
    { what: '  p99', ours: { samples: [at(0.99)], unit: 'ms' } },
  );
}

async function store(url: string, buildingId: string, change: number): Promise<void> {
  const time = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000).toISOString();
  const readings = [{ meterId: `${buildingId}:electricity`, time, value: 100 + change }];
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      ...headersOf('2026-07-28', 'tools/call', 'IngestReadings'),
      authorization: `Bearer ${storing}`,
    },
    body: callBody('2026-07-28', { name: 'IngestReadings', arguments: { readings } }),
  });
  const text = await response.text();
  if (!text.includes('"stored":1')) throw new Error(text);
}
