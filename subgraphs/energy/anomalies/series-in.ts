import type { BusEvent } from '../../../platform/bus/types.ts';
import type { ReadingsStored } from '../ingestion/events.ts';

/** A meter's readings in an event, in the order in which they came. */
export interface SeriesInEvent {
  readonly meterId: string;
  /** The meter's own when left out. */
  readonly intervalSeconds?: number;
  /** Unix ms. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** The readings of an event: as they were received, which has repetitions too, or as they were stored. */
export function seriesIn({ data }: BusEvent): readonly SeriesInEvent[] {
  // The bus checked the data against the type's schema before it took the event.
  const { series, readings } = data as Partial<ReadingsStored> & {
    readonly series?: readonly SeriesInEvent[];
  };
  if (series !== undefined) return series;
  return (readings ?? []).map(({ meterId, intervalSeconds, time, value }) => ({
    ...{ meterId, intervalSeconds },
    times: [Date.parse(time)],
    values: [value],
  }));
}
