import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openBus, topic } from '../test/cache/ground.ts';
import { createTestRedis } from '../test/kit/redis.ts';
import { report } from './measure/report.ts';
import type { Row, Unit } from './measure/row.ts';
import type { Order, Report } from './subscriptions/clients.ts';

/**
 * Event to so many WebSocket subscribers: from the moment at which the event is handed to the bus to that at which each
 * client has it, over Redis, the subgraph, the rest of the plan on a second subgraph, one encoding, and the sockets.
 * Memory is what the edge process' resident set grew by, after collection of garbage. Rate: a burst of events, to the last
 * client's last one.
 *
 *   node bench/subscriptions.ts [subscribers ...]      default 1000 5000 10000
 */
const counts = process.argv.slice(2).map(Number);
const singles = 30;
const burst = 50;

const file = (name: string): string => fileURLToPath(new URL(`./subscriptions/${name}`, import.meta.url));
await using redis = await createTestRedis();
await using ground = openBus(redis.url);

for (const count of counts.length > 0 ? counts : [1_000, 5_000, 10_000]) report(...(await measure(count)));

async function measure(count: number): Promise<readonly Row[]> {
  const edge = fork(file('server.ts'), [redis.url], { execArgv: ['--expose-gc'] });
  const clients = fork(file('clients.ts'));
  const { url, bearer } = await heard<{ url: string; bearer: string }>(edge);
  const port = Number(new URL(url).port);
  try {
    // Code is loaded and compiled, and the heap has the size that traffic gives it, before memory is compared.
    await order(clients, { kind: 'open', port, count: 200, bearer });
    for (let n = 0; n < 10; n++) await events(clients, burst);
    const before = await rss(edge);
    const from = performance.now();
    await order(clients, { kind: 'open', port, count: count + 200, bearer });
    const connects = count / ((performance.now() - from) / 1_000);
    const latencies: number[] = [];
    for (let n = 0; n < singles; n++) latencies.push(...(await events(clients, 1)).latenciesMs);
    const after = await rss(edge);
    const { latenciesMs, bytes } = await events(clients, burst);
    const seconds = Math.max(...latenciesMs) / 1_000;
    latencies.sort((a, b) => a - b);
    const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
    const many = `${count.toLocaleString('en')} WebSocket subscribers`;
    const row = (what: string, value: number, unit: Unit, more: Partial<Row> = {}): Row => ({
      what,
      ours: { samples: [value], unit },
      ...more,
    });
    return [
      row(`event to ${many}, p50`, at(0.5), 'ms'),
      row('  p99', at(0.99), 'ms', {
        note: `the last client of all ${(latencies.at(-1) ?? 0).toFixed(0)} ms`,
      }),
      row('  memory a subscriber', (after - before) / count / 1_024, 'KB', {
        aim: { of: 'ours', most: 20 },
        note: `edge process ${(after / 1_048_576).toFixed(0)} MB`,
      }),
      row('  events held', burst / seconds, '/s', {
        note: `${((burst * (count + 200)) / seconds / 1_000).toFixed(0)},000 messages/s of ${Math.round(bytes / burst / (count + 200))} bytes`,
      }),
      row('  connections taken', connects, '/s'),
    ];
  } finally {
    // Both end when nobody talks to them any more; the clients first.
    for (const child of [clients, edge]) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    }
  }
}

/** Publishes so many at once, and waits until every client has the last one. */
async function events(clients: ChildProcess, many: number) {
  await order(clients, { kind: 'expect', events: many });
  const got = heard<Report & { kind: 'got' }>(clients);
  const fromNs = process.hrtime.bigint();
  const data = {
    time: '2017-06-01T06:00:00Z',
    value: 12.5,
    quality: 'GOOD',
    meter: { id: 'Fox:electricity' },
  };
  await ground.bus.publish(
    Array.from({ length: many }, () => ({ type: `eaio.${topic}.v1`, source: '/bench', data })),
  );
  const { atNs, bytes } = await got;
  return { bytes, latenciesMs: atNs.map((at) => Number(BigInt(at) - fromNs) / 1e6) };
}

async function order(clients: ChildProcess, what: Order): Promise<void> {
  clients.send(what);
  await heard(clients);
}

async function rss(edge: ChildProcess): Promise<number> {
  edge.send('rss');
  return (await heard<{ rss: number }>(edge)).rss;
}

async function heard<T>(from: ChildProcess): Promise<T> {
  const settled = new AbortController();
  const gone = once(from, 'exit', settled).then(() => {
    throw new Error('A process of the measurement ended before it answered.');
  });
  const [message] = (await Promise.race([once(from, 'message'), gone])) as [T];
  settled.abort();
  return message;
}
