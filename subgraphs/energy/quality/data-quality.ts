import type { Pool } from 'pg';
import type { Bus } from '../../../platform/bus/types.ts';
import type { Lineage } from '../../../platform/openlineage/lineage.ts';
import type { RedisConnection } from '../../../platform/redis/redis.ts';
import { type Announcer, createAnnouncer } from '../ingestion/announce.ts';
import { historyLoaded } from '../ingestion/events.ts';
import type { IngestionLog } from '../ingestion/types.ts';
import type { Storage } from '../storage/types.ts';
import type { Edit } from './editing/edit.ts';
import { createEditor, type EditDone, type EditRequest, type UndoRequest } from './editing/editor.ts';
import { createEstimator, type EstimationReport, type EstimationRequest } from './estimation/estimator.ts';
import { createQualityWatch, type QualityFell } from './metrics/watch.ts';
import { createSync, type SyncReport, type SyncRequest } from './sync/sync.ts';
import { eventsAbout } from './tell.ts';

/** The part of validation, estimation and editing that works on what is stored. */
export interface DataQuality extends AsyncDisposable {
  /** Fills gaps; see `createEstimator`. The bus is told of what was added. */
  estimate(request: EstimationRequest): Promise<EstimationReport>;
  /** Changes readings for a person; see `Editor`. The bus is told. */
  edit(request: EditRequest): Promise<Edit>;
  undo(request: UndoRequest): Promise<Edit>;
  /** Whether stream, store and rollups agree; see `createSync`. The bus is told of what was mended. */
  sync(request: SyncRequest): Promise<SyncReport>;
  /** Looks how the newest days came in; see `createQualityWatch`. */
  look(): Promise<readonly QualityFell[]>;
}

export interface CreateDataQualityOptions {
  readonly pool: Pool;
  readonly storage: Storage;
  readonly bus: Pick<Bus, 'publish'>;
  readonly lineage: Lineage;
  /** To compare with what the stream holds; left out, that part of `sync` is left out. */
  readonly redis?: Pick<RedisConnection, 'xrange'> | undefined;
  readonly log: IngestionLog;
  /** Unix ms. */
  readonly clock?: (() => number) | undefined;
}

export function createDataQuality({
  pool,
  storage,
  bus,
  lineage,
  redis,
  log,
  clock = Date.now,
}: CreateDataQualityOptions): DataQuality {
  const announcer: Announcer = createAnnouncer({ bus, log });
  const estimate = createEstimator({ pool, storage, lineage, clock });
  const sync = createSync({ pool, storage, lineage, redis });
  const watch = createQualityWatch({ pool, bus });
  const editor = createEditor({ pool, storage, clock });

  const showHours = async (timesMs: readonly number[]): Promise<void> => {
    if (timesMs.length === 0) return;
    await storage.refreshHours(
      timesMs.reduce((first, time) => Math.min(first, time), Infinity),
      timesMs.reduce((last, time) => Math.max(last, time), -Infinity),
    );
  };

  /** Changed it is, whatever becomes of the refresh. */
  const tellOfEdit = async ({ edit, meterNo, timesMs }: EditDone): Promise<Edit> => {
    try {
      await showHours(timesMs);
    } finally {
      const { rows } = await pool.query<{ building_id: string; type: EditRequest['meter']['type'] }>(
        'select building_id, type from energy.meter where meter_no = $1',
        [meterNo],
      );
      const [meter] = rows;
      if (meter !== undefined)
        await announcer.announce(
          await eventsAbout(
            pool,
            { meterNo, id: edit.meterId, buildingId: meter.building_id, type: meter.type },
            timesMs,
          ),
        );
    }
    return edit;
  };

  return {
    async estimate(request) {
      const report = await estimate(request);
      try {
        await showHours(report.meters.flatMap(({ timesMs }) => timesMs));
      } finally {
        await announcer.announce(historyLoaded(report.meters.map(({ buildingId }) => buildingId)));
      }
      return report;
    },
    edit: async (request) => tellOfEdit(await editor.edit(request)),
    look: () => watch.look(),
    async sync(request) {
      const report = await sync(request);
      if (report.meterNos.length > 0) {
        const { rows } = await pool.query<{ building_id: string }>(
          'select distinct building_id from energy.meter where meter_no = any($1::int[])',
          [report.meterNos],
        );
        await announcer.announce(historyLoaded(rows.map(({ building_id }) => building_id)));
      }
      return report;
    },
    undo: async (request) => tellOfEdit(await editor.undo(request)),
    [Symbol.asyncDispose]: () => announcer[Symbol.asyncDispose](),
  };
}
