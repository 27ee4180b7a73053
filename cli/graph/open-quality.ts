import type { Pool } from 'pg';
import type { Bus } from '../../platform/bus/types.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { createHttpSink } from '../../platform/openlineage/http-sink.ts';
import { createLineage, type Lineage } from '../../platform/openlineage/lineage.ts';
import type { RedisConnection } from '../../platform/redis/redis.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { createDataQuality, type DataQuality } from '../../subgraphs/energy/quality/data-quality.ts';
import { createLineageStore } from '../../subgraphs/energy/quality/lineage/lineage-store.ts';
import { createStorage } from '../../subgraphs/energy/storage/storage.ts';

export interface OpenLineageOptions {
  readonly pool: Pool;
  readonly log: Pick<Logger, 'warn'>;
  /** A server that speaks OpenLineage and hears of every job too. */
  readonly openLineageUrl?: string | undefined;
}

/** Tells of batch jobs: kept in PostgreSQL, and posted where the settings say so. */
export const openLineage = ({ pool, log, openLineageUrl }: OpenLineageOptions): Lineage =>
  createLineage({
    log,
    sinks: [
      createLineageStore(pool),
      ...(openLineageUrl === undefined ? [] : [createHttpSink({ url: openLineageUrl })]),
    ],
  });

export interface OpenQualityOptions extends OpenLineageOptions {
  readonly bus: Bus;
  /** To compare with what the stream holds. */
  readonly redis?: RedisConnection | undefined;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  /** Unix milliseconds. Default the system's. */
  readonly clock?: (() => number) | undefined;
}

/** Estimation, editing and what else looks after the readings that are stored. */
export async function openQuality(options: OpenQualityOptions): Promise<DataQuality> {
  const { pool, bus, redis, log, lifecycle, clock } = options;
  const storage = await createStorage({ pool, log });
  const lineage = openLineage(options);
  return lifecycle.use('data quality', createDataQuality({ pool, storage, bus, lineage, redis, log, clock }));
}
