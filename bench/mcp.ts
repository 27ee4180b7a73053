import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from './ground/child.ts';
import { openGround } from './ground/ground.ts';
import { openSystem, type System } from './ground/system.ts';
import { type Load, type LoadResult, openLoad } from './load/load.ts';
import { type Call, callBody, headersOf, type Revision, requestBody, revisions } from './mcp/calls.ts';
import { openListeners } from './mcp/listeners.ts';
import { cpuSeconds } from './measure/cpu.ts';

/**
 * MCP at the edge: calls a second beside a bare SDK server with a tool that does nothing, in the same run; what listing costs a
 * model; and how long a change takes to reach 1,000 listeners.
 *
 *   node bench/mcp.ts [seconds a measurement]        default 5
 */
const seconds = Number(process.argv[2] ?? 5);
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
    // Both are warm before they are compared.
    await post(noopUrl, bare.child.pid, noop);
    await post(`${edge.url}/mcp`, edge.pid, cached);
    const base = await post(noopUrl, bare.child.pid, noop);
    const ours = await post(`${edge.url}/mcp`, edge.pid, cached);
    print(`${revision} bare SDK, no-op tool`, base, `${Math.round(base.cpuMicroseconds)} us of CPU a call`);
    print(
      `${revision} tools/call, cached`,
      ours,
      `${Math.round(ours.cpuMicroseconds)} us of CPU a call; ${percent(ours.perSecond, base.perSecond)} of bare by rate, ${percent(base.cpuMicroseconds, ours.cpuMicroseconds)} by CPU`,
    );
  }
  const uncached = async (
    name: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    bodies: readonly string[],
  ) => {
    // One at a time: two connections would ask the same questions side by side, and the second would share the answer.
    const all = { ...headers, authorization };
    print(name, await by.fire({ url, headers: all, bodies, seconds: 2, connections: 1 }));
  };
  const revision: Revision = '2026-07-28';
  await uncached(
    `${revision} tools/call, uncached`,
    `${edge.url}/mcp`,
    headersOf(revision, 'tools/call', cached.name),
    fresh(0, 340).map((call) => callBody(revision, call)),
  );
  const { id } = operation(cached.name);
  await uncached(
    'the same by GraphQL, uncached',
    `${edge.url}/graphql`,
    {},
    fresh(340, 680).map(({ arguments: variables }) =>
      JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: id } }, variables }),
    ),
  );
}

const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;

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
    // About 4 characters a token in JSON Schema.
    console.info(
      `tools/list ${name}: ${result.tools.length} tools, ${bytes} bytes, about ${Math.round(bytes / 4)} tokens`,
    );
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
  const at = (share: number) => (waits[Math.floor(waits.length * share)] ?? 0).toFixed(1);
  console.info(
    `listen: reading sent to ${listenerCount} listeners told: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, last ${waits.at(-1)?.toFixed(1)} ms`,
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

function print(name: string, { perSecond, p50Ms, p99Ms }: LoadResult, note = ''): void {
  console.info(
    `${name}: ${Math.round(perSecond)}/s, p50 ${p50Ms} ms, p99 ${p99Ms} ms${note ? `, ${note}` : ''}`,
  );
}
