import { fileURLToPath } from 'node:url';
import { migrate } from '../../platform/postgres/migrate.ts';
import { subgraphNames } from '../graph/subgraph-definitions.ts';

/** Whoever has tables: the command line for its own record, the bus for positions and what waits for it, and every domain. */
const owners = [
  { schema: 'eaio', folder: './migrations' },
  { schema: 'bus', folder: '../../platform/bus/migrations' },
  { schema: 'audit', folder: '../../platform/audit/migrations' },
  ...subgraphNames.map((name) => ({ schema: name, folder: `../../subgraphs/${name}/migrations` })),
];

/**
 * Brings every schema up to date; resolves with how many migrations that took. They know nothing of each other, so it is
 * done side by side; and by any number of processes at once.
 */
export async function migrateAll(databaseUrl: string): Promise<number> {
  const done = await Promise.all(
    owners.map(({ schema, folder }) =>
      migrate({
        connectionString: databaseUrl,
        schema,
        directory: fileURLToPath(new URL(folder, import.meta.url)),
      }),
    ),
  );
  return done.flat().length;
}
