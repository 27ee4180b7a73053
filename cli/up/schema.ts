import { fileURLToPath } from 'node:url';
import { migrate } from '../../platform/postgres/migrate.ts';
import { subgraphNames } from '../graph/subgraph-definitions.ts';
import { plural } from '../output/format.ts';
import type { Steps } from '../output/steps.ts';

/** Whoever has tables: the command line for its own record, and every domain. */
const owners = [
  { schema: 'eaio', folder: '../data/migrations' },
  ...subgraphNames.map((name) => ({ schema: name, folder: `../../subgraphs/${name}/migrations` })),
];

/** Brings every schema up to date. They know nothing of each other, so it is done side by side. */
export function prepareSchema({
  databaseUrl,
  steps,
}: {
  readonly databaseUrl: string;
  readonly steps: Steps;
}): Promise<void> {
  return steps.run('Schema', async (step) => {
    const done = await Promise.all(
      owners.map(({ schema, folder }) =>
        migrate({
          connectionString: databaseUrl,
          schema,
          directory: fileURLToPath(new URL(folder, import.meta.url)),
        }),
      ),
    );
    const count = done.flat().length;
    step.detail(count === 0 ? 'up to date' : `${plural(count, 'migration')} done`);
  });
}
