import type { Pool } from 'pg';
import type { Bus } from '../../../platform/bus/types.ts';
import type { Logger } from '../../../platform/telemetry/logger.ts';
import type { Storage } from '../storage/types.ts';
import { historyLoaded, readingsStored } from './events.ts';
import { strikeAnnouncement } from './store/announcements.ts';
import { type StoredReadings, type StoreReadingsOptions, storeReadings } from './store/store-readings.ts';
import type { Vee } from './vee-port.ts';

export interface WriteReadingsOptions {
  readonly pool: Pool;
  readonly storage: Storage;
  readonly vee: Vee;
  readonly bus: Pick<Bus, 'publish'>;
  readonly log: Pick<Logger, 'warn'>;
}

export type WriteReadings = (
  what: Pick<StoreReadingsOptions, 'readings' | 'brought' | 'topic' | 'partition' | 'commitIn'>,
) => Promise<StoredReadings>;

/**
 * Stores readings, then tells the bus. What is committed stays so: a bus that does not take the news now is no failure of
 * the store, and the news is made up for by `settleAnnouncements`.
 */
export function createWriteReadings({ pool, storage, vee, bus, log }: WriteReadingsOptions): WriteReadings {
  return async (what) => {
    const written = await storeReadings({ pool, storage, vee, ...what });
    const { stored, meters, fine, rejudged, announcement } = written;
    try {
      if (fine !== null) await storage.refreshHours(fine.fromMs, fine.toMs);
      const buildings = rejudged.flatMap(({ meterNo }) => meters.get(meterNo)?.buildingId ?? []);
      await bus.publish([...readingsStored(stored, meters), ...historyLoaded(buildings)]);
      if (announcement !== null) await strikeAnnouncement(pool, announcement);
    } catch (error) {
      log.warn({ err: error, readings: stored.length }, 'Stored readings could not be announced yet.');
    }
    return written;
  };
}
