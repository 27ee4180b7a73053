import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Loader, openLoader } from '../../cli/data/loader.ts';
import { migrateAll } from '../../cli/data/migrate-all.ts';
import { buildSubgraph } from '../../cli/graph/build-subgraph.ts';
import { openQuality } from '../../cli/graph/open-quality.ts';
import type { SubgraphName, subgraphNames } from '../../cli/graph/subgraph-definitions.ts';
import { createEdge } from '../../cli/roles/edge.ts';
import { openGround } from '../../cli/roles/ground.ts';
import { createSubgraphVerifier } from '../../cli/roles/identity.ts';
import type { MeterFacts } from '../../connectors/facts.ts';
import { createSyntheticPortfolio, type SyntheticPortfolio } from '../../connectors/synthetic/portfolio.ts';
import { loadConfig } from '../../platform/config/load.ts';
import { loadOrCreateLocalKey } from '../../platform/identity/local-key.ts';
import type { Role } from '../../platform/identity/roles.ts';
import { createTokenIssuer, type TokenRequest } from '../../platform/identity/token-issuer.ts';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { createSubgraphServer } from '../../platform/subgraph/server/create-server.ts';
import type { Subgraph, SubgraphRequest } from '../../platform/subgraph/types.ts';
import { createTestDatabase } from './postgres.ts';
import { createTestRedis, type TestRedis } from './redis.ts';

/** One whole system as the command line composes it: its own database and Redis, both subgraphs apart, one edge or several. */
export interface TestSystem extends AsyncDisposable {
  /** Of the first edge, without a slash at the end. */
  readonly url: string;
  readonly edge: TestEdge;
  readonly redis: TestRedis;
  readonly portfolio: SyntheticPortfolio;
  readonly meters: readonly MeterFacts[];
  /** The hour of the newest reading's start, Unix milliseconds. */
  readonly lastHourMs: number;
  readonly loader: Loader;
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** What reached the subgraphs so far. */
  readonly reached: ReachedOperation[];
  /** A subgraph's door is shut, as when its process died; `open` brings it back to the same port. */
  readonly doors: Readonly<Record<SubgraphName, SubgraphDoor>>;
  tokenFor(role: Role, request?: Partial<TokenRequest>): Promise<string>;
  /** One more edge on the same database and Redis. */
  openEdge(env?: Readonly<Record<string, string>>): Promise<TestEdge>;
}

export interface TestEdge extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

export interface SubgraphDoor {
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** One operation as a subgraph got it. */
export interface ReachedOperation {
  readonly subgraph: SubgraphName;
  readonly query: string;
  readonly traceparent: string | undefined;
  /** Of a query or mutation: aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal | undefined;
  /** Of a subscription: the stream was left, or has ended. */
  isOver: boolean;
}

export interface TestSystemOptions {
  readonly buildings?: number;
  readonly months?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Waits before a subgraph executes; for calls that are to be cancelled. */
  readonly before?: (subgraph: SubgraphName, request: SubgraphRequest) => Promise<void> | undefined;
}

const hourMs = 3_600_000;
/** The history ends this many hours ago: room for readings that a test stores. */
const hoursLeft = 48;
const log = pino({ level: process.env['EAIO_TEST_LOG'] ?? 'silent' });

export async function createTestSystem({
  buildings = 3,
  months = 14,
  env = {},
  before,
}: TestSystemOptions = {}): Promise<TestSystem> {
  await using made = new AsyncDisposableStack();
  const database = made.use(await createTestDatabase());
  const redis = made.use(await createTestRedis());
  const dataDir = await mkdtemp(join(tmpdir(), 'eaio-test-system-'));
  made.defer(() => rm(dataDir, { recursive: true, force: true }));
  await migrateAll(database.url);
  const urls = { databaseUrl: database.url, redisUrl: redis.url };
  const lifecycle = made.use(createLifecycle());

  const loader = await openLoader({ ...urls, lifecycle });
  const portfolio = createSyntheticPortfolio({ seed: 1, buildings, sites: Math.min(2, buildings) });
  const meters = portfolio.meters.map(({ facts }) => facts);
  const toMs = Math.floor(Date.now() / hourMs) * hourMs - hoursLeft * hourMs;
  const fromMs = toMs - months * 30 * 24 * hourMs;
  await loader.register({ sites: portfolio.sites, buildings: portfolio.buildings, meters });
  await loader.ingestion.bulk(portfolio.history({ fromMs, toMs }));

  const configOf = (more: Readonly<Record<string, string>>) =>
    loadConfig({ EAIO_DATA_DIR: dataDir, ...env, ...more });
  const base = configOf({});
  const key = await loadOrCreateLocalKey(dataDir);
  const issuer = createTokenIssuer({ key, ...base.identity });
  const reached: ReachedOperation[] = [];
  const edges = made.use(new AsyncDisposableStack());

  const note = (subgraph: SubgraphName, { query, traceparent, signal }: SubgraphRequest) => {
    const noted: ReachedOperation = { subgraph, query: String(query), traceparent, signal, isOver: false };
    reached.push(noted);
    return noted;
  };

  const ground = await openGround({ config: base, ...urls, log, lifecycle }, 'subgraphs');
  const quality = await openQuality({ ...ground, log, lifecycle });
  const verifier = await createSubgraphVerifier(base);
  const doorOf = async (name: SubgraphName) => {
    const port = await freePort();
    const inner = buildSubgraph(name, { ...ground, ingestion: loader.ingestion, quality, log });
    const watched: Subgraph = {
      ...inner,
      async execute(request) {
        note(name, request);
        await before?.(name, request);
        return inner.execute(request);
      },
      async subscribe(request) {
        const noted = note(name, request);
        const events = await inner.subscribe(request);
        return Symbol.asyncIterator in events ? endingIn(events, () => (noted.isOver = true)) : events;
      },
    };
    const serve = () =>
      createSubgraphServer(watched, { host: '127.0.0.1', port, verifier, log, closeGraceMs: 200 });
    let server = await serve();
    made.defer(() => server.close());
    return {
      url: `http://127.0.0.1:${port}/graphql`,
      shut: () => server.close(),
      async open() {
        server = await serve();
      },
    };
  };
  const [portfolioDoor, energyDoor] = [await doorOf('portfolio'), await doorOf('energy')];
  const doors = { portfolio: portfolioDoor, energy: energyDoor } satisfies Record<
    (typeof subgraphNames)[number],
    SubgraphDoor
  >;

  const openEdge = async (more: Readonly<Record<string, string>> = {}): Promise<TestEdge> => {
    const port = await freePort();
    const own = edges.use(createLifecycle());
    const config = configOf({
      PORT: String(port),
      EAIO_SHUTDOWN_DEADLINE_S: '2',
      SUBGRAPH_PORTFOLIO_URLS: portfolioDoor.url,
      SUBGRAPH_ENERGY_URLS: energyDoor.url,
      ...more,
    });
    const role = await createEdge({ config, ...urls, log, lifecycle: own });
    await role.serve();
    const close = async () => void (await own.close());
    return { url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
  };
  const edge = await openEdge();
  const stack = made.move();

  return {
    url: edge.url,
    ...{
      edge,
      redis,
      portfolio,
      meters,
      loader,
      dataDir,
      databaseUrl: database.url,
      reached,
      doors,
      openEdge,
    },
    lastHourMs: toMs - hourMs,
    tokenFor: (role, request = {}) => issuer.issue({ subject: `test-${role}`, roles: [role], ...request }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The same events; tells of the end, whoever brings it. */
function endingIn<T>(events: AsyncIterableIterator<T>, onOver: () => void): AsyncIterableIterator<T> {
  const ending: AsyncIterableIterator<T> = {
    async next() {
      const step = await events.next();
      if (step.done) onOver();
      return step;
    },
    async return(value) {
      onOver();
      return (await events.return?.(value)) ?? { done: true, value };
    },
    [Symbol.asyncIterator]: () => ending,
  };
  return ending;
}
