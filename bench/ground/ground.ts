import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDatabase } from '../../cli/data/ensure-database.ts';
import { loadConfig } from '../../platform/config/load.ts';
import { loadOrCreateLocalKey } from '../../platform/identity/local-key.ts';
import type { Role as AccessRole } from '../../platform/identity/roles.ts';
import { createTokenIssuer } from '../../platform/identity/token-issuer.ts';
import { startEmbeddedPostgres } from '../../platform/postgres/embedded.ts';
import { startRedisServer } from '../../platform/redis/server.ts';

/** What every measurement stands on: a PostgreSQL with the settings of `npm start`, a Redis, a key that signs tokens. */
export interface Ground extends AsyncDisposable {
  /** Throwaway. */
  readonly folder: string;
  readonly dataDir: string;
  readonly redisUrl: string;
  /** A new, empty database. */
  database(name: string): Promise<string>;
  tokenFor(role: AccessRole, ttlMs?: number): Promise<string>;
}

export async function openGround(): Promise<Ground> {
  await using made = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'eaio-bench-'));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  // PostgreSQL runs as another user where we are root: it must be able to pass through.
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  await mkdir(dataDir, { mode: 0o711 });
  const { identity } = loadConfig({});
  const issuer = createTokenIssuer({ key: await loadOrCreateLocalKey(dataDir), ...identity });
  const postgres = made.use(await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') }));
  const redis = made.use(await startRedisServer({ dir: join(folder, 'redis'), throwaway: true }));
  const stack = made.move();
  return {
    folder,
    dataDir,
    redisUrl: redis.url,
    database: (name) => ensureDatabase(postgres.url, name),
    tokenFor: (role, ttlMs = 8 * 3_600_000) =>
      issuer.issue({ subject: `bench:${role}`, roles: [role], ttlMs }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
