import type { NewEvent } from '../../../platform/bus/types.ts';
import type { MeterType, Quality } from '../domain.ts';
import type { WrittenItem } from './write-readings.ts';

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

/** In the order in which they were sent. */
export const readingsStored = (stored: readonly WrittenItem[]): readonly NewEvent<ReadingsStored>[] =>
  storedEvents(
    stored
      .toSorted((a, b) => a.index - b.index)
      .map(({ meter, timeMs, intervalSeconds, value }) => ({
        meterId: meter.id,
        buildingId: meter.buildingId,
        type: meter.type,
        time: new Date(timeMs).toISOString(),
        intervalSeconds,
        value,
        quality: 'GOOD',
      })),
  );

/** Events of readings that were stored, in the order given. */
export function storedEvents(readings: ReadingsStored['readings']): readonly NewEvent<ReadingsStored>[] {
  return pieces(readings, readingsAtOnce).map((piece) => ({
    type: 'eaio.energy.readings-stored.v1',
    source,
    tags: tagsOf(piece.map(({ buildingId }) => buildingId)),
    data: { readings: piece },
  }));
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
