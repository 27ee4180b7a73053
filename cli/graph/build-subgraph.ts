import type { Pool } from 'pg';
import type { Bus } from '../../platform/bus/types.ts';
import type { Subgraph } from '../../platform/subgraph/types.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Intake } from '../../subgraphs/energy/ingestion/types.ts';
import type { DataQuality } from '../../subgraphs/energy/quality/data-quality.ts';
import { createEnergySubgraph } from '../../subgraphs/energy/subgraph.ts';
import { createPortfolioSubgraph } from '../../subgraphs/portfolio/subgraph.ts';
import type { SubgraphName } from './subgraph-definitions.ts';

/** What the domains are built from. */
export interface SubgraphPorts {
  readonly pool: Pool;
  readonly bus: Bus;
  readonly ingestion: Intake;
  readonly quality: DataQuality;
  readonly log: Logger;
}

/** A domain, ready to run in this process or to be served. */
export function buildSubgraph(
  name: SubgraphName,
  { pool, bus, ingestion, quality, log }: SubgraphPorts,
): Subgraph {
  switch (name) {
    case 'portfolio':
      return createPortfolioSubgraph({ pool, log });
    case 'energy':
      return createEnergySubgraph({ pool, ingestion, quality, bus, log });
  }
}
