import type { Pool } from 'pg';
import type { Bus } from '../../../platform/bus/types.ts';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { Storage } from '../storage/types.ts';
import { createAnnouncer } from './announce.ts';
import { loadHistory } from './bulk/load-history.ts';
import { checkItems, readingKey } from './check-items.ts';
import { columnsOf } from './columns-of.ts';
import { readDue, settleDue } from './due-rollups.ts';
import { historyLoaded } from './events.ts';
import { createMeterDirectory } from './meter-directory.ts';
import { registerBuildings, registerMeters } from './register.ts';
import { type IngestItem, type Ingestion, type IngestionLog, maxIngestItems } from './types.ts';
import { noValidation, type Vee } from './vee-port.ts';
import { createWriteReadings } from './write-readings.ts';

export interface CreateIngestionOptions {
  readonly pool: Pool;
  readonly storage: Storage;
  readonly bus: Pick<Bus, 'publish'>;
  /** Unix ms; what lies over an hour ahead of it is refused. Default the system's clock. */
  readonly clock?: (() => number) | undefined;
  readonly log: IngestionLog;
  /** Default none. */
  readonly vee?: Vee | undefined;
}

/** The one way in which readings come into the store. Dispose it before the bus and the pool. */
export function createIngestion({
  pool,
  storage,
  bus,
  clock = Date.now,
  log,
  vee = noValidation,
}: CreateIngestionOptions): Ingestion {
  const directory = createMeterDirectory(pool);
  const write = createWriteReadings({ pool, storage, vee, bus, log });
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
      const stored = new Set<string>();
      if (accepted.length > 0) {
        const written = await write({
          readings: columnsOf(accepted),
          brought: [{ kind: 'direct', source: principal.subject, receivedAtMs: clock() }],
          topic: 'direct',
          partition: 0,
        });
        const { length, meterNos, timesMs } = written.stored;
        for (let row = 0; row < length; row += 1)
          stored.add(readingKey({ meterNo: meterNos[row] ?? 0, timeMs: timesMs[row] ?? 0 }));
      }
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
        accepted: 0,
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
