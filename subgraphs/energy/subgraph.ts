import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import type { Bus } from '../../platform/bus/types.ts';
import { createSubgraph } from '../../platform/subgraph/create-subgraph.ts';
import type { Subgraph } from '../../platform/subgraph/types.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { EnergyContext } from './context.ts';
import type { Ingestion } from './ingestion/types.ts';
import { createLive, type LiveOptions } from './live/live.ts';
import { createLoaders } from './loaders.ts';
import type { DataQuality } from './quality/data-quality.ts';
import { anomalyResolvers } from './resolvers/anomaly.ts';
import { buildingResolvers } from './resolvers/building.ts';
import { editResolvers, syncDifferenceResolvers } from './resolvers/edit.ts';
import { meterResolvers, readingResolvers } from './resolvers/meter.ts';
import { mutationResolvers } from './resolvers/mutation.ts';
import { fallResolvers } from './resolvers/quality.ts';
import { queryResolvers } from './resolvers/query.ts';
import { siteResolvers } from './resolvers/site.ts';
import { pulseResolvers, subscriptionResolvers } from './resolvers/subscription.ts';
import { grantOf } from './store/database.ts';

export interface EnergySubgraphOptions {
  /** A pool on a database with energy's tables. */
  readonly pool: Pool;
  readonly ingestion: Pick<Ingestion, 'ingest'>;
  readonly quality: DataQuality;
  readonly bus: Bus;
  readonly log: Pick<Logger, 'error' | 'warn'>;
  /** Unix milliseconds; default the system's clock. */
  readonly clock?: (() => number) | undefined;
  /** How pulses wait; real time by default. */
  readonly sleep?: LiveOptions['sleep'];
}

/** The SDL of this subgraph, without the kit's own directives. */
export const energySdl = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');

/** Meters, readings and what they add up to: the energy domain's part of the graph. */
export function createEnergySubgraph({
  pool,
  ingestion,
  quality,
  bus,
  log,
  clock = Date.now,
  sleep,
}: EnergySubgraphOptions): Subgraph {
  const live = createLive({ bus, db: pool, clock, sleep });
  return createSubgraph<EnergyContext>({
    name: 'energy',
    sdl: energySdl,
    log,
    context: (base) => {
      const grant = grantOf(base.principal.buildings);
      return {
        ...base,
        db: pool,
        grant,
        loaders: createLoaders({ db: pool, grant }),
        clock,
        ingestion,
        live,
        announce: (events) => bus.publish(events),
        quality,
      };
    },
    resolvers: {
      Query: queryResolvers,
      Mutation: mutationResolvers,
      Subscription: subscriptionResolvers,
      Building: buildingResolvers,
      Site: siteResolvers,
      Meter: meterResolvers,
      Reading: readingResolvers,
      ReadingEdit: editResolvers,
      SyncDifference: syncDifferenceResolvers,
      Anomaly: anomalyResolvers,
      DataQualityFall: fallResolvers,
      EnergyPulse: pulseResolvers,
    },
  });
}
