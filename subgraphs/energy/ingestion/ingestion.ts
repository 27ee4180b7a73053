import type { Pool } from 'pg';
import type { Bus } from '../../../platform/bus/types.ts';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { Storage } from '../storage/types.ts';
import { createAnnouncer } from './announce.ts';
import { loadHistory } from './bulk/load-history.ts';
import { checkItems } from './check-items.ts';
import { readDue, settleDue } from './due-rollups.ts';
import { historyLoaded, readingsStored } from './events.ts';
import { createMeterDirectory } from './meter-directory.ts';
import { readingKey } from './readings-store.ts';
import { registerBuildings, registerMeters } from './register.ts';
import { type IngestItem, type Ingestion, type IngestionLog, maxIngestItems } from './types.ts';
import { writeReadings } from './write-readings.ts';

export interface CreateIngestionOptions {
  readonly pool: Pool;
  readonly storage: Storage;
  readonly bus: Pick<Bus, 'publish'>;
  /** Unix ms; what lies over an hour ahead of it is refused. Default the system's clock. */
  readonly clock?: (() => number) | undefined;
  readonly log: IngestionLog;
}

/** The one way in which readings come into the store. Dispose it before the bus and the pool. */
export function createIngestion({
  pool,
  storage,
  bus,
  clock = Date.now,
  log,
}: CreateIngestionOptions): Ingestion {
  const directory = createMeterDirectory(pool);
  const announcer = createAnnouncer({ bus, log });

  return {
    async ingest(principal, items) {
      if (items.length === 0 || items.length > maxIngestItems) {
        throw new EaioError(
          'BAD_USER_INPUT',
          `readings has ${items.length} items: send 1 to ${maxIngestItems} at once, more in several requests.`,
        );
      }
      const ids = items.flatMap((item) => (typeof item?.meterId === 'string' ? [item.meterId] : []));
      const meters = await directory.find(ids);
      const { accepted, rejected } = checkItems({ items, principal, meters, nowMs: clock() });
      const written = await writeReadings(pool, storage, accepted);
      try {
        const { fineTimesMs } = written;
        if (fineTimesMs.length > 0)
          await storage.refreshHours(Math.min(...fineTimesMs), Math.max(...fineTimesMs));
      } finally {
        // Stored they are, whatever became of the refresh.
        await announcer.announce(readingsStored(written.stored));
      }
      const stored = new Set(written.stored.map(readingKey));
      const results: IngestItem[] = [
        ...accepted.map(
          (item): IngestItem => ({
            index: item.index,
            status: stored.has(readingKey(item)) ? 'STORED' : 'UNCHANGED',
            error: null,
          }),
        ),
        ...rejected.map(({ index, error }): IngestItem => ({ index, status: 'REJECTED', error })),
      ];
      return {
        stored: stored.size,
        unchanged: accepted.length - stored.size,
        rejected: rejected.length,
        results: results.sort((a, b) => a.index - b.index),
      };
    },

    async registerBuildings(buildings) {
      const moved = await registerBuildings(pool, storage, buildings);
      await announcer.announce(historyLoaded(moved));
    },

    registerMeters: (meters) => registerMeters(pool, meters),

    async bulk(batches, options = {}) {
      const touched = new Set<string>();
      try {
        return await loadHistory({ pool, storage, directory, touched, ...options }, batches);
      } finally {
        await announcer.announce(historyLoaded(touched));
      }
    },

    async settleRollups() {
      const meterNos = new Set<number>();
      let settled = 0;
      for (let due = await readDue(pool); due.length > 0; due = await readDue(pool)) {
        await settleDue(pool, storage, due);
        for (const { meterNo } of due) meterNos.add(meterNo);
        settled += due.length;
      }
      if (settled === 0) return 0;
      log.info({ spans: settled }, 'Made the rollups that an interrupted load had left unmade');
      await announcer.announce(historyLoaded(await directory.buildingsOf(meterNos)));
      return settled;
    },

    async latestTimes() {
      const { rows } = await pool.query<{ id: string; last_reading_at: Date }>(
        'select id, last_reading_at from energy.meter where last_reading_at is not null',
      );
      return new Map(rows.map((row) => [row.id, row.last_reading_at.getTime()]));
    },

    async storedUntil() {
      const { rows } = await pool.query<{ id: string; until_ms: number }>(
        `select m.id, (extract(epoch from r.time) * 1000)::float8 + r.interval_s * 1000 as until_ms
         from energy.meter m cross join lateral (
           select time, interval_s from energy.reading where meter_no = m.meter_no and time = m.last_reading_at limit 1
         ) r`,
      );
      return new Map(rows.map((row) => [row.id, row.until_ms]));
    },

    [Symbol.asyncDispose]: () => announcer[Symbol.asyncDispose](),
  };
}
