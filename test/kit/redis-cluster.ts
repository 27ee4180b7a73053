import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { createRedis, type RedisConnection } from '../../platform/redis/redis.ts';
import { type RedisServer, startRedisServer } from '../../platform/redis/server.ts';
import { until } from './wait.ts';

export interface TestRedisNode {
  /** This server alone: for looking at it, not for keys of other nodes. */
  readonly url: string;
  /** First and last of its hash slots. */
  readonly slots: readonly [number, number];
  /** Ends it as a crash would; what it held is lost, its place in the cluster is not. */
  stop(): Promise<void>;
  /** Resolves when the cluster is whole again. */
  start(): Promise<void>;
  /** Stands still (SIGSTOP): connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
}

export interface TestRedisCluster extends AsyncDisposable {
  readonly url: string;
  /** A connection for the test itself. */
  readonly redis: RedisConnection;
  readonly masters: readonly TestRedisNode[];
  /** The node that has the key. */
  nodeOf(key: string): Promise<TestRedisNode>;
}

const slotCount = 16_384;

/**
 * A Redis Cluster of three masters, each a redis-server of the test's own; formed in about a second. A node that does not
 * answer for half a second counts as lost; then, as by Redis' own default, the whole cluster refuses (CLUSTERDOWN).
 */
export async function createTestRedisCluster(): Promise<TestRedisCluster> {
  await using made = new AsyncDisposableStack();
  const password = randomBytes(12).toString('base64url');
  const folder = await mkdtemp(join(tmpdir(), 'eaio-test-redis-cluster-'));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  const nodes = await Promise.all([0, 1, 2].map((index) => startNode(join(folder, `${index}`), password)));
  for (const node of nodes) made.defer(() => node.stop());
  await form(nodes);

  const url = `redis+cluster://:${password}@${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  const redis = made.adopt(createRedis(url, { name: 'eaio-test' }), (open) => open.disconnect());
  await until(() => redis.set('eaio:test:formed', '1', 'PX', 1), { what: 'the cluster to take commands' });
  const masters = nodes.map((node, index): TestRedisNode => {
    const slots = slotsOf(index, nodes.length);
    return {
      ...{ url: node.url, slots, pause: node.pause, resume: node.resume, stop: node.stop },
      async start() {
        await node.start();
        await whole(nodes);
      },
    };
  });
  const stack = made.move();
  return {
    url,
    redis,
    masters,
    async nodeOf(key) {
      const slot = Number(await redis.cluster('KEYSLOT', key));
      const found = masters.find(({ slots: [first, last] }) => first <= slot && slot <= last);
      if (found === undefined) throw new Error(`No node has slot ${slot}.`);
      return found;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Which of the slots the node has. */
const slotsOf = (index: number, count: number): readonly [number, number] => [
  Math.floor((slotCount * index) / count),
  Math.floor((slotCount * (index + 1)) / count) - 1,
];

type Node = Awaited<ReturnType<typeof startNode>>;

async function startNode(dir: string, password: string) {
  // By default the nodes' own port is 10,000 above the other, which may be no port at all.
  const busPort = await freePort();
  const settings = {
    'cluster-enabled': 'yes',
    'cluster-port': busPort,
    'cluster-node-timeout': 500,
    masterauth: password,
  };
  const options = { dir, password, throwaway: true, settings };
  let server: RedisServer | undefined = await startRedisServer(options);
  const { url, port } = server;
  const signal = (name: NodeJS.Signals): void => {
    if (server !== undefined) process.kill(server.pid, name);
  };
  return {
    ...{ url, port, busPort },
    async start() {
      server ??= await startRedisServer({ ...options, port });
    },
    async stop() {
      await server?.stop();
      server = undefined;
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
  };
}

async function form(nodes: readonly Node[]): Promise<void> {
  await using connections = new AsyncDisposableStack();
  const [first, ...others] = nodes.map((node) =>
    connections.adopt(createRedis(node.url, { name: 'eaio-test-form' }), (open) => open.disconnect()),
  );
  for (const [index, redis] of [first, ...others].entries()) {
    await redis?.call('CLUSTER', 'ADDSLOTSRANGE', ...slotsOf(index, nodes.length).map(String));
    await redis?.call('CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`);
  }
  for (const { port, busPort } of nodes.slice(1)) {
    await first?.call('CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${busPort}`);
  }
  await whole(nodes);
}

/** Until every node knows of every slot. */
async function whole(nodes: readonly Node[]): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      const redis = createRedis(node.url, { name: 'eaio-test-form' });
      try {
        await until(async () => String(await redis.call('CLUSTER', 'INFO')).includes('cluster_state:ok'), {
          what: 'the cluster to be whole',
        });
      } finally {
        redis.disconnect();
      }
    }),
  );
}
