import type { Pool } from 'pg';
import type { Bus, NewEvent } from '../../../platform/bus/types.ts';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { type AcceptedItem, checkItems } from './check-items.ts';
import { createMeterDirectory } from './meter-directory.ts';
import { type ReadingsReceived, type ReceivedSeries, receivedTopic, receivedType } from './received.ts';
import { createStoredWatch } from './stored-watch.ts';
import { type IngestItem, type Intake, maxIngestItems } from './types.ts';

export interface CreateIntakeOptions {
  readonly pool: Pool;
  readonly bus: Pick<Bus, 'publish' | 'partitionsOf'>;
  /** Unix ms; what lies over an hour ahead of it is refused. Default the system's clock. */
  readonly clock?: (() => number) | undefined;
}

/**
 * The door for readings: checks each item, and puts the good ones into the stream, one event a partition. They are safe
 * when Redis has them; a worker stores them behind it.
 */
export function createIntake({ pool, bus, clock = Date.now }: CreateIntakeOptions): Intake {
  const directory = createMeterDirectory(pool);
  const watch = createStoredWatch(pool);

  const eventsOf = async (
    accepted: readonly AcceptedItem[],
    source: string,
  ): Promise<readonly NewEvent<ReadingsReceived>[]> => {
    const byMeter = Map.groupBy(accepted, ({ meter }) => meter.id);
    const ids = [...byMeter.keys()];
    const partitions = await bus.partitionsOf(receivedTopic, ids);
    const byPartition = Map.groupBy(ids, (_, index) => partitions[index] ?? 0);
    const receivedAtMs = clock();
    return [...byPartition].map(([partition, meterIds]) => ({
      type: receivedType,
      source: '/subgraphs/energy',
      partition,
      data: {
        source,
        receivedAtMs,
        series: meterIds.flatMap((id) => seriesOf(id, byMeter.get(id) ?? [])),
      },
    }));
  };

  return {
    async ingest(sender, items, { waitMs = 0 } = {}) {
      if (items.length === 0 || items.length > maxIngestItems) {
        throw new EaioError(
          'BAD_USER_INPUT',
          `readings has ${items.length} items: send 1 to ${maxIngestItems} at once, more in several requests.`,
        );
      }
      const ids = new Set<string>();
      for (const item of items) if (typeof item?.meterId === 'string') ids.add(item.meterId);
      const meters = await directory.find(ids);
      const { accepted, rejected } = checkItems({ items, principal: sender, meters, nowMs: clock() });
      const places = accepted.length === 0 ? [] : await bus.publish(await eventsOf(accepted, sender.subject));
      const stored = places.length > 0 && waitMs > 0 && (await watch.stored(places, waitMs));
      const results: IngestItem[] = [
        ...accepted.map(
          ({ index }): IngestItem => ({ index, status: stored ? 'STORED' : 'ACCEPTED', error: null }),
        ),
        ...rejected.map(({ index, error }): IngestItem => ({ index, status: 'REJECTED', error })),
      ];
      return {
        accepted: stored ? 0 : accepted.length,
        stored: stored ? accepted.length : 0,
        unchanged: 0,
        rejected: rejected.length,
        results: results.sort((a, b) => a.index - b.index),
      };
    },
  };
}

/** A meter's items, a series for each run of one interval. */
function seriesOf(meterId: string, items: readonly AcceptedItem[]): readonly ReceivedSeries[] {
  const series: { meterId: string; intervalSeconds?: number; times: number[]; values: number[] }[] = [];
  let interval: number | null | undefined;
  for (const { timeMs, value, intervalSeconds } of items) {
    let last = series.at(-1);
    if (last === undefined || intervalSeconds !== interval) {
      interval = intervalSeconds;
      last = { meterId, ...(intervalSeconds === null ? {} : { intervalSeconds }), times: [], values: [] };
      series.push(last);
    }
    last.times.push(timeMs);
    last.values.push(value);
  }
  return series;
}
