import { previousPosition } from '../../../platform/bus/position.ts';
import type { Bus, Position } from '../../../platform/bus/types.ts';
import type { SourceEvent } from '../../../platform/subgraph/types.ts';
import type { MeterType } from '../domain.ts';
import type { StoredReading } from '../store/readings.ts';
import { encodeProgress, type Progress } from './cursor.ts';
import { type AnnouncedReading, presentPosition, readingsOf, storedReadings } from './topics.ts';

export interface ReadingAddedOptions {
  readonly bus: Bus;
  /** Which readings the subscriber gets: asked for, and allowed. */
  readonly wants: (reading: { readonly buildingId: string; readonly type: MeterType }) => boolean;
  /** How far the subscriber has come; from now on without it. */
  readonly begun: Progress | undefined;
  readonly signal: AbortSignal;
}

/**
 * Readings in the order of storing, each with a cursor that names its place inside its batch: whoever comes back with
 * it gets the next one, not the rest of the batch again. What the bus cannot hold any more is told as a gap.
 */
export async function followReadings(
  options: ReadingAddedOptions,
): Promise<AsyncGenerator<SourceEvent<StoredReading>>> {
  const { bus, begun } = options;
  return readings(options, begun === undefined ? await presentPosition(bus) : placeBefore(begun));
}

async function* readings(
  { bus, wants, begun, signal }: ReadingAddedOptions,
  after: Position,
): AsyncGenerator<SourceEvent<StoredReading>> {
  for await (const delivery of bus.follow(storedReadings, { after, signal })) {
    const { position } = delivery;
    if (delivery.kind === 'gap') {
      const { from, to, reason } = delivery;
      yield { gap: { from, to, reason }, cursor: encodeProgress({ position, index: null }) };
      continue;
    }
    const batch = readingsOf(delivery);
    const seen = begun?.position === position ? (begun.index ?? -1) : -1;
    for (const [index, reading] of batch.entries()) {
      if (index <= seen || !wants(reading)) continue;
      const isLast = index === batch.length - 1;
      yield {
        payload: toStored(reading),
        cursor: encodeProgress({ position, index: isLast ? null : index }),
      };
    }
  }
}

/** An event that was given in part comes once more. */
const placeBefore = ({ position, index }: Progress): Position =>
  index === null ? position : previousPosition(position);

const toStored = ({ time, ...reading }: AnnouncedReading): StoredReading => ({
  ...reading,
  time: new Date(time),
  rule: null,
});
