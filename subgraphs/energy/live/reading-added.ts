import type { Bus } from '../../../platform/bus/types.ts';
import type { SourceEvent } from '../../../platform/subgraph/types.ts';
import type { MeterType } from '../domain.ts';
import type { StoredReading } from '../store/readings.ts';
import { encodeProgress, type Progress } from './cursor.ts';
import {
  type AnnouncedReading,
  presentPosition,
  readingsOf,
  storedReadingsTopic,
} from './stored-readings.ts';

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
export async function* followReadings({
  bus,
  wants,
  begun,
  signal,
}: ReadingAddedOptions): AsyncGenerator<SourceEvent<StoredReading>> {
  let done = begun?.after ?? (await presentPosition(bus));
  for await (const delivery of bus.follow(storedReadingsTopic, { after: done, signal })) {
    const { position } = delivery;
    if (delivery.kind === 'gap') {
      const { from, to, reason } = delivery;
      yield { gap: { from, to, reason }, cursor: encodeProgress({ after: position }) };
    } else {
      const readings = readingsOf(delivery);
      const seen = begun?.within?.position === position ? begun.within.index : -1;
      for (const [index, reading] of readings.entries()) {
        if (index <= seen || !wants(reading)) continue;
        const progress =
          index === readings.length - 1 ? { after: position } : { after: done, within: { position, index } };
        yield { payload: toStored(reading), cursor: encodeProgress(progress) };
      }
    }
    done = position;
  }
}

const toStored = ({ time, ...reading }: AnnouncedReading): StoredReading => ({
  ...reading,
  time: new Date(time),
});
