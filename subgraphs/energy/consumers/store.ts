import type { Pool } from 'pg';
import { postgresPositions } from '../../../platform/bus/consume/postgres-positions.ts';
import type { Batch, Consumer } from '../../../platform/bus/consume/types.ts';
import { parseEventType } from '../../../platform/bus/event-type.ts';
import type { Bus } from '../../../platform/bus/types.ts';
import { createColumns } from '../ingestion/columns.ts';
import type { KnownMeter, MeterDirectory } from '../ingestion/meter-directory.ts';
import type { Origin } from '../ingestion/origin.ts';
import { type ReadingsReceived, receivedTopic, storeGroup } from '../ingestion/received.ts';
import type { Vee } from '../ingestion/vee-port.ts';
import type { WriteReadings } from '../ingestion/write-readings.ts';

export interface StoreConsumerOptions {
  readonly bus: Pick<Bus, 'consume'>;
  readonly pool: Pool;
  readonly directory: MeterDirectory;
  readonly write: WriteReadings;
  readonly vee: Pick<Vee, 'forget'>;
}

/** Events taken together: what a batch costs once is shared by its readings. */
const maxBatch = 64;
/** Batches written side by side: a backend of PostgreSQL each. */
const concurrency = 2;

/**
 * Stores what the intake has accepted: a partition's next events in one transaction with the group's position, so that
 * each reading counts once, whatever dies when.
 */
export function createStoreConsumer({ bus, pool, directory, write, vee }: StoreConsumerOptions): Consumer {
  /** In whose hands each partition was when it last came: when that changes, what was remembered of it is old. */
  const epochs = new Map<number, number>();

  return bus.consume({
    group: storeGroup,
    topics: [receivedTopic],
    positions: postgresPositions(pool),
    maxBatch,
    concurrency,
    async handle(batch) {
      const { topic, partition, epoch } = batch;
      if (epochs.get(partition) !== epoch) vee.forget(topic, partition);
      epochs.set(partition, epoch);
      const received = batch as Batch<ReadingsReceived>;
      const ids = new Set<string>();
      for (const { data } of received.events) for (const { meterId } of data.series) ids.add(meterId);
      const meters = await directory.find(ids);
      await write({
        readings: columnsOf(received, meters),
        brought: originsOf(received),
        topic,
        partition,
        commitIn: (client) => batch.commitIn(client),
      });
    },
  });
}

function originsOf({ events, topic, partition }: Batch<ReadingsReceived>): readonly Origin[] {
  return events.map(({ id, type, position, data }) => ({
    kind: 'stream',
    source: data.source,
    eventId: id,
    topic,
    partition,
    position,
    eventVersion: parseEventType(type)?.version,
    receivedAtMs: data.receivedAtMs,
  }));
}

/** @throws Error for readings that can't be stored: the event goes to the dead letters. */
function columnsOf({ events }: Batch<ReadingsReceived>, meters: ReadonlyMap<string, KnownMeter>) {
  let count = 0;
  for (const { data } of events) for (const { times } of data.series) count += times.length;
  const columns = createColumns(count);
  let row = 0;
  for (const [origin, { data }] of events.entries()) {
    for (const { meterId, intervalSeconds = 0, times, values } of data.series) {
      const meter = meters.get(meterId);
      if (meter === undefined) throw new Error(`There is no meter ${meterId}: its readings can't be stored.`);
      if (times.length !== values.length)
        throw new Error(`Meter ${meterId} has ${times.length} times and ${values.length} values.`);
      for (let index = 0; index < times.length; index += 1, row += 1) {
        columns.meterNos[row] = meter.meterNo;
        columns.intervals[row] = intervalSeconds;
        columns.timesMs[row] = times[index] ?? 0;
        columns.values[row] = values[index] ?? 0;
        columns.origins[row] = origin;
      }
    }
  }
  return columns;
}
