import type { Pool } from 'pg';
import type { Bus } from '../../platform/bus/types.ts';
import type { GrantedReads } from '../../platform/postgres/granted-reads.ts';
import type { Subgraph } from '../../platform/subgraph/types.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Ingestion } from '../../subgraphs/energy/ingestion/types.ts';
import type { DataQuality } from '../../subgraphs/energy/quality/data-quality.ts';
import { createEnergySubgraph } from '../../subgraphs/energy/subgraph.ts';
import { createPortfolioSubgraph } from '../../subgraphs/portfolio/subgraph.ts';
import type { SubgraphName } from './subgraph-definitions.ts';

/** What the domains are built from. */
export interface SubgraphPorts {
  readonly pool: Pool;
  /** Reads with the rights of whoever asks. */
  readonly reads: GrantedReads;
  readonly bus: Bus;
  readonly ingestion: Ingestion;
  readonly quality: DataQuality;
  readonly log: Logger;
}

/** A domain, ready to run in this process or to be served. */
export function buildSubgraph(
  name: SubgraphName,
  { pool, reads, bus, ingestion, quality, log }: SubgraphPorts,
): Subgraph {
  switch (name) {
    case 'portfolio':
      return createPortfolioSubgraph({ pool, readAs: reads.as, log });
    case 'energy':
      return createEnergySubgraph({ pool, readAs: reads.as, ingestion, quality, bus, log });
  }
}
