import type { Pool } from 'pg';
import type { Bus } from '../../platform/bus/types.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { secureRows } from '../../platform/postgres/row-security.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { createIngestion } from '../../subgraphs/energy/ingestion/ingestion.ts';
import type { Ingestion } from '../../subgraphs/energy/ingestion/types.ts';
import { createStorage } from '../../subgraphs/energy/storage/storage.ts';
import { rowRules } from '../data/row-rules.ts';

export interface OpenIngestionOptions {
  readonly pool: Pool;
  readonly bus: Pick<Bus, 'publish'>;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  /** Unix milliseconds; what lies over an hour ahead of it is refused. Default the system's. */
  readonly clock?: (() => number) | undefined;
}

/** The one way into the readings' store, on whatever engine the database has. */
export async function openIngestion({
  pool,
  bus,
  log,
  lifecycle,
  clock,
}: OpenIngestionOptions): Promise<Ingestion> {
  const storage = await createStorage({ pool, log });
  // Only now all tables are there.
  await secureRows(pool, rowRules);
  return lifecycle.use('ingestion', createIngestion({ pool, storage, bus, log, clock }));
}
