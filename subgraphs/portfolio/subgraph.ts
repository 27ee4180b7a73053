import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import type { BuildingGrant } from '../../platform/identity/principal.ts';
import { createSubgraph } from '../../platform/subgraph/create-subgraph.ts';
import type { Subgraph } from '../../platform/subgraph/types.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { PortfolioContext } from './context.ts';
import { createLoaders } from './loaders.ts';
import { portfolioTag } from './registry.ts';
import { resolvers } from './resolvers.ts';
import { type Database, grantOf } from './store/database.ts';

const sdl = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');

export interface PortfolioSubgraphOptions {
  /** A pool on a database with portfolio's tables. */
  readonly pool: Pool;
  /** Reads as whoever sees these buildings; default by `pool`, with the conditions of the statements alone. */
  readonly readAs?: ((buildings: BuildingGrant) => Database) | undefined;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}

/** Sites and buildings: who and where. Every answer carries the tag `portfolio`, which goes stale when the registry changes. */
export function createPortfolioSubgraph({
  pool,
  readAs = () => pool,
  log,
}: PortfolioSubgraphOptions): Subgraph {
  return createSubgraph<PortfolioContext>({
    name: 'portfolio',
    sdl,
    resolvers,
    log,
    context(base) {
      base.tag(portfolioTag);
      const grant = grantOf(base.principal.buildings);
      const db = readAs(base.principal.buildings);
      return { ...base, db, grant, loaders: createLoaders({ db, grant }) };
    },
  });
}
