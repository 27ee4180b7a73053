import type { Clock } from '../../connectors/clock.ts';
import type { MeterSeries } from '../../connectors/meter-series.ts';
import type { ReadingSink } from '../../connectors/reading-sink.ts';

export interface Written {
  readonly atMs: number;
  readonly meterId: string;
  readonly timeMs: number;
  readonly value: number;
  readonly intervalSeconds: number;
}

export interface RecordingSink extends ReadingSink {
  readonly written: readonly Written[];
  /** Sizes of the batches, in readings. */
  readonly batches: readonly number[];
}

/** The far side of a live source: notes each reading and when it came. `onWrite` may be slow, or fail. */
export function createRecordingSink(clock: Clock, onWrite: () => void = () => undefined): RecordingSink {
  const written: Written[] = [];
  const batches: number[] = [];
  return {
    written,
    batches,
    async write(batch: readonly MeterSeries[]) {
      onWrite();
      const before = written.length;
      for (const { meterId, timesMs, values, intervalSeconds } of batch)
        for (const [index, timeMs] of timesMs.entries())
          written.push({
            atMs: clock.now(),
            meterId,
            timeMs,
            value: values[index] ?? Number.NaN,
            intervalSeconds,
          });
      batches.push(written.length - before);
    },
  };
}
