import type { BaseContext } from '../../platform/subgraph/types.ts';
import type { Loaders } from './loaders.ts';
import type { Database, Grant } from './store/database.ts';

/** What portfolio's resolvers have beside what every subgraph's have. */
export interface PortfolioContext extends BaseContext {
  readonly db: Database;
  /** The buildings that the caller may see, as the store takes it. */
  readonly grant: Grant;
  readonly loaders: Loaders;
}
