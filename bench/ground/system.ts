import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSynthetic } from '../../cli/data/load-synthetic.ts';
import { openLoader } from '../../cli/data/loader.ts';
import { migrateAll } from '../../cli/data/migrate-all.ts';
import { subgraphNames } from '../../cli/graph/subgraph-definitions.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { silentSteps } from '../measure/silent-steps.ts';
import type { Ground } from './ground.ts';
import { type Role, startRole } from './role.ts';

/** A whole system in separate processes, on a small synthetic portfolio of two years: the edge, and each subgraph behind its door. */
export interface System extends AsyncDisposable {
  readonly ground: Ground;
  readonly databaseUrl: string;
  readonly edge: Role;
  readonly subgraphs: Readonly<Record<string, Role>>;
  readonly buildingIds: readonly string[];
  /** The id of a persisted operation, by its name, and its text. */
  operation(name: string): { readonly id: string; readonly body: string };
}

const manifestFile = new URL('../../schema/manifest.json', import.meta.url);

export async function openSystem(ground: Ground, buildings: number): Promise<System> {
  await using made = new AsyncDisposableStack();
  const databaseUrl = await ground.database(`bench_${buildings}`);
  const buildingIds = await load(ground, databaseUrl, buildings);
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: ground.redisUrl,
    EAIO_DATA_DIR: ground.dataDir,
    EAIO_LOG_LEVEL: 'warn',
  };
  const subgraphs: Record<string, Role> = {};
  for (const name of subgraphNames) subgraphs[name] = made.use(await startRole(`subgraph:${name}`, env));
  const urls = Object.entries(subgraphs).map(([name, { url }]) => [
    `SUBGRAPH_${name.toUpperCase()}_URLS`,
    `${url}/graphql`,
  ]);
  const edge = made.use(await startRole('edge', { ...env, ...Object.fromEntries(urls) }));
  const manifest: unknown = JSON.parse(await readFile(manifestFile, 'utf8'));
  const { operations } = manifest as { operations: { id: string; name: string; body: string }[] };
  const stack = made.move();
  return {
    ground,
    databaseUrl,
    edge,
    subgraphs,
    buildingIds,
    operation(name) {
      const found = operations.find((one) => one.name === name);
      if (found === undefined) throw new Error(`The manifest has no operation ${name}.`);
      return found;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function load(ground: Ground, databaseUrl: string, buildings: number): Promise<readonly string[]> {
  await migrateAll(databaseUrl);
  await using lifecycle = createLifecycle();
  const loader = await openLoader({ databaseUrl, redisUrl: ground.redisUrl, lifecycle });
  await loadSynthetic({
    buildings,
    seed: 1,
    loader,
    faultsFile: join(ground.folder, 'faults.json'),
    steps: silentSteps,
    signal: new AbortController().signal,
  });
  const { rows } = await loader.pool.query<{ id: string }>('select id from energy.building order by id');
  return rows.map(({ id }) => id);
}
