import { join } from 'node:path';
import type { Config } from '../../platform/config/load.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { startEmbeddedPostgres } from '../../platform/postgres/embedded.ts';
import { waitForPostgres } from '../../platform/postgres/wait.ts';
import { startRedisServer } from '../../platform/redis/server.ts';
import { waitForRedis } from '../../platform/redis/wait.ts';
import type { Dataset } from '../data/dataset.ts';
import { ensureDatabase } from '../data/ensure-database.ts';
import type { Steps } from '../output/steps.ts';
import type { DataFolder } from '../state/data-folder.ts';
import { keepService } from './kept-service.ts';

export interface ServicesOptions {
  readonly config: Config;
  readonly folder: DataFolder;
  /** A local PostgreSQL has a database, and a local Redis a folder, for each. */
  readonly dataset: Dataset;
  readonly steps: Steps;
  readonly lifecycle: Lifecycle;
}

/** What everything else stands on. */
export interface Services {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** How long a server that somebody else runs may take to answer at the start. */
const answerMs = 5_000;

/** PostgreSQL and Redis: those that the settings name, else our own. @throws OperatorError when one can't be had. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const [databaseUrl, redisUrl] = await Promise.all([openPostgres(options), openRedis(options)]);
  return { databaseUrl, redisUrl };
}

export async function openPostgres({
  config,
  folder,
  dataset,
  steps,
  lifecycle,
}: ServicesOptions): Promise<string> {
  const given = config.services.databaseUrl;
  if (given !== undefined) {
    await steps.run('PostgreSQL answers (DATABASE_URL)', () =>
      waitForPostgres(given, { deadlineMs: answerMs }),
    );
    return given;
  }
  const name = 'PostgreSQL';
  const service = keepService({
    name,
    start: (port) => startEmbeddedPostgres({ dataDir: folder.postgres, port }),
    onEvent: steps.print,
  });
  lifecycle.defer(name, () => steps.run(`${name} stopped`, () => service.stop()), { deadlineMs: 30_000 });
  return steps.run(name, async (step) => {
    const { url, port } = await service.started;
    step.detail(`embedded, port ${port}`);
    return ensureDatabase(url, dataset.name);
  });
}

async function openRedis({ config, folder, dataset, steps, lifecycle }: ServicesOptions): Promise<string> {
  const given = config.services.redisUrl;
  if (given !== undefined) {
    await steps.run('Redis answers (REDIS_URL)', () => waitForRedis(given, { deadlineMs: answerMs }));
    return given;
  }
  const name = 'Redis';
  const service = keepService({
    name,
    start: (port) => startRedisServer({ dir: join(folder.redis, dataset.name), port }),
    onEvent: steps.print,
  });
  lifecycle.defer(name, () => steps.run(`${name} stopped`, () => service.stop()), { deadlineMs: 30_000 });
  return steps.run(name, async (step) => {
    const { url, port } = await service.started;
    step.detail(`redis-server, port ${port}`);
    return url;
  });
}
