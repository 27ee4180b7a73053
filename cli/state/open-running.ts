import type { Pool } from 'pg';
import type { Config } from '../../platform/config/load.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import { createRedis, type RedisConnection } from '../../platform/redis/redis.ts';
import { dataFolder } from './data-folder.ts';
import { lives, readRun } from './run-file.ts';

export interface Running extends AsyncDisposable {
  readonly pool: Pool;
  readonly redis: RedisConnection;
  readonly databaseUrl: string;
}

/**
 * Connections to the databases of a system that runs: those of DATABASE_URL and REDIS_URL, else of the data folder's.
 * @throws OperatorError when there is none.
 */
export async function openRunning({ services, run }: Config, name: string): Promise<Running> {
  const known = readRun(dataFolder(run.dataDir).runFile);
  const local = known !== undefined && lives(known.process) ? known : undefined;
  const databaseUrl = services.databaseUrl ?? local?.databaseUrl;
  const redisUrl = services.redisUrl ?? local?.redisUrl;
  if (databaseUrl === undefined || redisUrl === undefined) {
    throw new OperatorError(
      `No system runs on ${run.dataDir}: start it (npm start), or set DATABASE_URL and REDIS_URL.`,
    );
  }
  const pool = createPool({
    connectionString: databaseUrl,
    applicationName: `eaio-${name}`,
    max: 2,
    statementTimeoutMs: 0,
  });
  const redis = createRedis(redisUrl, { name: `eaio-${name}` });
  return {
    pool,
    redis,
    databaseUrl,
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await pool.end();
    },
  };
}
