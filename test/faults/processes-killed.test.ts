import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { eaio, processesOf, type Running, type System, up, useFolders } from '../cli/eaio.ts';
import { until } from '../kit/wait.ts';
import { openLoop, processOf, type Sent } from './open-loop.ts';

const newFolder = useFolders();
const longMs = 120_000;
const connections = 32;

let folder: string;
let system: System;
let headers: Readonly<Record<string, string>>;
let summary: string;
let subgraph: Running;
let openSubgraph: () => Promise<Running>;

/** Two edges on one port, and a subgraph in a process of its own. */
beforeAll(async () => {
  folder = await newFolder();
  const port = String(await freePort());
  system = await up(folder, [], {
    EAIO_EDGE_WORKERS: '2',
    SUBGRAPH_PORTFOLIO_URLS: `http://127.0.0.1:${port}/graphql`,
  });
  headers = { authorization: `Bearer ${system.token}`, 'content-type': 'application/json' };
  summary = /-d '(\{"extensions".*\})'/.exec(system.output())?.[1] ?? '';
  const { databaseUrl, redisUrl } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  openSubgraph = async () => {
    const running = eaio(['up', '--role', 'subgraph:portfolio'], {
      ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, EAIO_DATA_DIR: folder, PORT: port },
    });
    await until(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok, {
      what: 'the subgraph to be ready',
      deadlineMs: 60_000,
    });
    return running;
  };
  subgraph = await openSubgraph();
  await until(async () => (await ask(summary)).includes('"siteCount":2'), {
    what: 'a whole answer',
    deadlineMs: 30_000,
  });
}, longMs);

afterAll(async () => {
  subgraph.kill('SIGTERM');
  system.kill('SIGTERM');
  await Promise.all([subgraph.ended, system.ended]);
}, longMs);

const ask = async (body: string): Promise<string> =>
  await (await fetch(`${system.url}/graphql`, { method: 'POST', headers, body })).text();

const load = (ratePerSecond: number, body: (n: number) => string) =>
  openLoop({ origin: system.url, headers, body, ratePerSecond, connections });

const good = ({ outcome }: Sent): boolean => outcome.kind === 'answered' && outcome.status === 200;

function report(what: string, sent: readonly Sent[]): void {
  const times = sent.map(({ dueMs, endedMs }) => endedMs - dueMs).sort((a, b) => a - b);
  const seconds =
    (Math.max(...sent.map(({ endedMs }) => endedMs)) - Math.min(...sent.map(({ dueMs }) => dueMs))) / 1_000;
  console.info(
    `${what}: ${sent.length} requests in ${seconds.toFixed(1)} s, ${sent.filter((one) => !good(one)).length} failed; ` +
      `median ${times[times.length >> 1]?.toFixed(0)} ms, longest ${times.at(-1)?.toFixed(0)} ms.`,
  );
}

// Proves: edge.one-process-killed
test(
  'of 1,000 requests a second none fails but those under way on the connections of the edge that was killed',
  async () => {
    await using loop = load(1_000, () => summary);
    await loop.ended(1_000);
    const served = new Set(loop.sent.map(({ process }) => process));
    expect(served.size).toBe(2);
    const before = processesOf(folder);
    const killedAtMs = performance.now();
    process.kill(before['edge-1'] ?? Number.NaN, 'SIGKILL');
    await loop.ended(2_000);
    const sent = await loop.stop();
    report('One of two edges killed', sent);

    const failed = sent.filter((one) => !good(one));
    const survivors = new Set(
      sent.filter((one) => good(one) && one.dueMs > killedAtMs + 1_000).map(({ process }) => process),
    );
    for (const { outcome, process: by, endedMs } of failed) {
      // Cut off under way, or refused while the dead process's place in the port was still being cleared.
      expect(outcome).toMatchObject({
        kind: 'failed',
        code: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET|EPIPE|ECONNREFUSED)$/),
      });
      expect(endedMs).toBeGreaterThanOrEqual(killedAtMs);
      if (by !== undefined) expect(survivors).not.toContain(by);
    }
    // A connection has one request under way, and may be refused once when it is made again.
    expect(failed.length).toBeLessThanOrEqual(2 * connections);
    expect(sent.length - failed.length).toBeGreaterThan(2_900);

    // Another takes its place, behind the same port.
    await until(
      async () => {
        const answer = await fetch(`${system.url}/health/live`, { headers: { connection: 'close' } });
        return !served.has(processOf(answer.headers.get('x-request-id')));
      },
      { what: 'a new edge process to answer', deadlineMs: 60_000 },
    );
    expect(processesOf(folder)['edge-1']).not.toBe(before['edge-1']);
  },
  longMs,
);

// Proves: cache.redis-gone
test(
  'with Redis killed under 1,000 requests a second none fails',
  async () => {
    await using loop = load(1_000, () => summary);
    await loop.ended(1_000);
    const { redis = Number.NaN } = processesOf(folder);
    process.kill(redis, 'SIGKILL');
    await loop.ended(1_000);
    await until(() => processesOf(folder)['redis'] !== redis, { what: 'another Redis', deadlineMs: 60_000 });
    await loop.ended(1_000);
    const sent = await loop.stop();
    report('Redis killed', sent);
    expect(sent.filter((one) => !good(one))).toEqual([]);
    const answers = new Set(sent.map(({ outcome }) => (outcome.kind === 'answered' ? outcome.body : '')));
    expect([...answers].filter((answer) => answer.includes('"errors"'))).toEqual([]);
  },
  longMs,
);

// Proves: router.partial-data
test(
  'with a subgraph killed under load each answer is whole, or says what is missing and why; then all are whole again',
  async () => {
    // Never asked before, so that no cache knows it.
    const question = (n: number) =>
      JSON.stringify({
        query: `query Q${n % 20} { meters(first: ${1 + (n % 3)}) { nodes { id building { name } } } q${n}: __typename }`,
      });
    let asked = 1_000_000;
    const fresh = () => {
      asked += 1;
      return asked;
    };
    await using loop = load(50, question);
    await loop.ended(50);
    subgraph.kill('SIGKILL');
    await subgraph.ended;
    await loop.ended(50);
    subgraph = await openSubgraph();
    await until(async () => !(await ask(question(fresh()))).includes('"errors"'), {
      what: 'whole answers',
      deadlineMs: 60_000,
    });
    const whole = loop.sent.length;
    await loop.ended(50);
    const sent = await loop.stop();
    report('A subgraph killed', sent);
    expect(sent.filter((one) => !good(one))).toEqual([]);
    const parts = sent.flatMap(({ outcome }) =>
      outcome.kind === 'answered' ? [JSON.parse(outcome.body)] : [],
    );
    const faulty = parts.filter(({ errors }) => errors !== undefined);
    expect(faulty.length).toBeGreaterThan(0);
    for (const { data, errors } of faulty) {
      expect(data.meters.nodes[0].id).toEqual(expect.any(String));
      for (const { extensions } of errors) expect(extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
    }
    expect(parts.slice(whole + connections).filter(({ errors }) => errors !== undefined)).toEqual([]);
  },
  longMs,
);
