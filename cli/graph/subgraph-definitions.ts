import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SubgraphDefinition } from '../../router/federation/compose.ts';

/** The domains of the graph. A new one is named here and built in `cli/graph/build-subgraph.ts`. */
export const subgraphNames = ['portfolio', 'energy'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

export const isSubgraphName = (name: string): name is SubgraphName =>
  subgraphNames.some((known) => known === name);

/** What composition takes of each subgraph, read from its file: nothing is built, no database is needed. */
export async function subgraphDefinitions(): Promise<readonly SubgraphDefinition[]> {
  const directives = await readText('platform/subgraph/directives.graphql');
  return Promise.all(
    subgraphNames.map(async (name) => {
      const file = `subgraphs/${name}/schema.graphql`;
      return { name, file, sdl: `${(await readText(file)).trimEnd()}\n\n${directives}` };
    }),
  );
}

const readText = (path: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
