import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Bus } from '../../platform/bus/types.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { createStoreConsumer } from '../../subgraphs/energy/consumers/store.ts';
import { createMeterDirectory } from '../../subgraphs/energy/ingestion/meter-directory.ts';
import { settleAnnouncements } from '../../subgraphs/energy/ingestion/store/announcements.ts';
import { noValidation, type Vee } from '../../subgraphs/energy/ingestion/vee-port.ts';
import { createWriteReadings } from '../../subgraphs/energy/ingestion/write-readings.ts';
import { createStorage } from '../../subgraphs/energy/storage/storage.ts';

export interface OpenStoreOptions {
  readonly pool: Pool;
  readonly bus: Bus;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  /** Default none. */
  readonly vee?: Vee | undefined;
}

const settleEveryMs = 2_000;

/** A worker that stores what the intake accepts, and announces what another one had no time to. */
export async function openStore({
  pool,
  bus,
  log,
  lifecycle,
  vee = noValidation,
}: OpenStoreOptions): Promise<void> {
  const storage = await createStorage({ pool, log });
  const directory = createMeterDirectory(pool);
  const write = createWriteReadings({ pool, storage, vee, bus, log });
  lifecycle.use('store of readings', createStoreConsumer({ bus, pool, directory, write, vee }));
  const stop = new AbortController();
  const settling = (async () => {
    while (!stop.signal.aborted) {
      await settleAnnouncements(pool, bus).catch((err: unknown) =>
        log.warn({ err }, 'Announcements that were left over wait.'),
      );
      await delay(settleEveryMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  lifecycle.defer('announcements left over', () => {
    stop.abort();
    return settling;
  });
}
