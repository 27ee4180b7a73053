import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, datasetOf } from '../../cli/data/dataset.ts';
import { claimDataset, markLoaded } from '../../cli/data/dataset-store.ts';
import { loadSynthetic } from '../../cli/data/load-synthetic.ts';
import { openLoader } from '../../cli/data/loader.ts';
import { migrateAll } from '../../cli/data/migrate-all.ts';
import { createSteps, type Steps } from '../../cli/output/steps.ts';
import { type Config, loadConfig } from '../../platform/config/load.ts';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { createLifecycle, type Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { createTestDatabase, type TestDatabase } from '../kit/postgres.ts';
import { createTestRedis, type TestRedis } from '../kit/redis.ts';
import { cleanEnv } from './eaio.ts';
import { textSink } from './run-main.ts';

/** PostgreSQL, Redis and a data folder of a test's own, and settings that name them. */
export interface TestGround extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly redis: TestRedis;
  readonly folder: string;
  readonly lifecycle: Lifecycle;
  readonly steps: Steps;
  /** What the steps have said. */
  readonly said: () => string;
  env(more?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
  config(more?: NodeJS.ProcessEnv): Config;
}

export async function createTestGround(): Promise<TestGround> {
  const [database, redis, folder] = await Promise.all([
    createTestDatabase(),
    createTestRedis(),
    mkdtemp(join(tmpdir(), 'eaio-ground-')),
  ]);
  const sink = textSink();
  const lifecycle = createLifecycle();
  const port = String(await freePort());
  const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv =>
    cleanEnv({
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      EAIO_DATA_DIR: folder,
      PORT: port,
      EAIO_LOG_LEVEL: 'silent',
      ...more,
    });
  return {
    database,
    redis,
    folder,
    lifecycle,
    steps: createSteps({ stream: sink }),
    said: sink.text,
    env,
    config: (more) => loadConfig(env(more)),
    async [Symbol.asyncDispose]() {
      await lifecycle.close();
      await Promise.all([database[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The schema, and two synthetic buildings with their history. */
export async function loadTestData(
  { config, database, redis, folder, steps }: TestGround,
  dataset: Dataset = datasetOf(config()),
): Promise<void> {
  await migrateAll(database.url);
  await using lifecycle = createLifecycle();
  const loader = await openLoader({ databaseUrl: database.url, redisUrl: redis.url, lifecycle });
  await claimDataset(loader.pool, dataset);
  const { buildings = 2, seed = 1 } = dataset.kind === 'synthetic' ? dataset : {};
  await loadSynthetic({
    buildings,
    seed,
    loader,
    faultsFile: join(folder, 'faults.json'),
    steps,
    signal: new AbortController().signal,
  });
  await markLoaded(loader.pool, dataset);
}
