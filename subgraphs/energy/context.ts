import type { NewEvent } from '../../platform/bus/types.ts';
import type { BaseContext } from '../../platform/subgraph/types.ts';
import type { Ingestion } from './ingestion/types.ts';
import type { Live } from './live/live.ts';
import type { Loaders } from './loaders.ts';
import type { DataQuality } from './quality/data-quality.ts';
import type { Database, Grant } from './store/database.ts';

/** What energy's resolvers have beside what every subgraph's have. */
export interface EnergyContext extends BaseContext {
  readonly db: Database;
  /** The buildings that the caller may see, as the store takes it. */
  readonly grant: Grant;
  readonly loaders: Loaders;
  /** Unix ms: what relative periods count from while there is no reading at all. */
  readonly clock: () => number;
  readonly ingestion: Pick<Ingestion, 'ingest'>;
  readonly live: Live;
  /** Tells the bus. */
  readonly announce: (events: readonly NewEvent[]) => Promise<unknown>;
  readonly quality: DataQuality;
}
