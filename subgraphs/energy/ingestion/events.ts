import type { NewEvent } from '../../../platform/bus/types.ts';
import { type MeterType, type Quality, qualities } from '../domain.ts';
import type { ReadingColumns } from './columns.ts';

/** Data of `eaio.energy.readings-stored.v1`. */
export interface ReadingsStored {
  readonly readings: readonly {
    readonly meterId: string;
    readonly buildingId: string;
    readonly type: MeterType;
    /** RFC 3339. */
    readonly time: string;
    readonly intervalSeconds: number;
    readonly value: number;
    readonly quality: Quality;
  }[];
}

/** Data of `eaio.energy.history-loaded.v1`: readings or rollups of these buildings changed, too many to name. */
export interface HistoryLoaded {
  readonly buildingIds: readonly string[];
}

const source = '/subgraphs/energy';

/** An event of more readings would be a long one for every follower to take in at once. */
const readingsAtOnce = 1_000;
/** The same of buildings. */
const buildingsAtOnce = 500;

/** What makes answers stale: those about these buildings, and those about the whole portfolio. */
const tagsOf = (buildingIds: Iterable<string>): readonly string[] => [
  'energy',
  ...[...new Set(buildingIds)].map((id) => `energy:${id}`),
];

/** Events of readings that were stored, in the order given. */
export function storedEvents(readings: ReadingsStored['readings']): readonly NewEvent<ReadingsStored>[] {
  return pieces(readings, readingsAtOnce).map((piece) => ({
    type: 'eaio.energy.readings-stored.v1',
    source,
    tags: tagsOf(piece.map(({ buildingId }) => buildingId)),
    data: { readings: piece },
  }));
}

/** What an announcement tells of a reading's meter. */
export interface AnnouncedMeter {
  readonly id: string;
  readonly buildingId: string;
  readonly type: MeterType;
}

/** In the order of (meter, time); `meters` has every meter of theirs. */
export function readingsStored(
  stored: ReadingColumns,
  meters: ReadonlyMap<number, AnnouncedMeter>,
): readonly NewEvent<ReadingsStored>[] {
  const events: NewEvent<ReadingsStored>[] = [];
  for (let first = 0; first < stored.length; first += readingsAtOnce) {
    const buildingIds = new Set<string>();
    const readings: ReadingsStored['readings'][number][] = [];
    for (let row = first; row < Math.min(first + readingsAtOnce, stored.length); row += 1) {
      const meter = meters.get(stored.meterNos[row] ?? 0);
      if (meter === undefined) continue;
      buildingIds.add(meter.buildingId);
      readings.push({
        meterId: meter.id,
        buildingId: meter.buildingId,
        type: meter.type,
        time: new Date(stored.timesMs[row] ?? 0).toISOString(),
        intervalSeconds: stored.intervals[row] ?? 0,
        value: stored.values[row] ?? 0,
        quality: qualities[stored.qualities[row] ?? 0] ?? 'GOOD',
      });
    }
    events.push({
      type: 'eaio.energy.readings-stored.v1',
      source,
      tags: tagsOf(buildingIds),
      data: { readings },
    });
  }
  return events;
}

export function historyLoaded(buildingIds: Iterable<string>): readonly NewEvent<HistoryLoaded>[] {
  return pieces([...new Set(buildingIds)].toSorted(), buildingsAtOnce).map((piece) => ({
    type: 'eaio.energy.history-loaded.v1',
    source,
    tags: tagsOf(piece),
    data: { buildingIds: piece },
  }));
}

function pieces<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
