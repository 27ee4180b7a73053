import type { MeterSeries } from '../meter-series.ts';
import type { SyntheticMeter } from './synthetic-meter.ts';

export interface HistoryOptions {
  readonly meters: readonly SyntheticMeter[];
  /** Hours since 1970, UTC; `toHour` is excluded. */
  readonly fromHour: number;
  readonly toHour: number;
  readonly batchReadings: number;
}

const hourMs = 3_600_000;
const intervalSeconds = 3600;

/** Hourly readings by UTC month and meter, in batches that lie within one month. */
export async function* readHistory({
  meters,
  fromHour,
  toHour,
  batchReadings,
}: HistoryOptions): AsyncGenerator<readonly MeterSeries[]> {
  for (let from = fromHour; from < toHour; ) {
    const to = Math.min(toHour, monthEnd(from));
    const timesMs = Float64Array.from({ length: to - from }, (_, index) => (from + index) * hourMs);
    const repeats: MeterSeries[] = [];
    let batch: MeterSeries[] = [];
    let readings = 0;
    for (const meter of meters) {
      const series = hourlySeries(meter, timesMs);
      if (series.values.length === 0) continue;
      repeats.push(...repeatsOf(meter, series));
      batch.push(series);
      readings += series.values.length;
      if (readings < batchReadings) continue;
      yield batch;
      batch = [];
      readings = 0;
    }
    if (batch.length > 0) yield batch;
    if (repeats.length > 0) yield repeats;
    from = to;
  }
}

/** What a meter reports of consecutive hours that begin at `timesMs`; hours of a gap are left out. */
export function hourlySeries({ facts, faults }: SyntheticMeter, timesMs: Float64Array): MeterSeries {
  const fromHour = (timesMs[0] ?? 0) / hourMs;
  const toHour = fromHour + timesMs.length;
  const values = faults.reported(fromHour, toHour);
  if (!faults.during(fromHour, toHour).some(({ kind }) => kind === 'GAP'))
    return { meterId: facts.id, timesMs, values, intervalSeconds };
  const present = (_: number, index: number): boolean => !Number.isNaN(values[index] as number);
  return {
    meterId: facts.id,
    timesMs: timesMs.filter(present),
    values: values.filter(present),
    intervalSeconds,
  };
}

/** The readings of a series that a DUPLICATE fault sends a second time. */
export function repeatsOf({ faults }: SyntheticMeter, series: MeterSeries): readonly MeterSeries[] {
  const [first, last] = [series.timesMs[0], series.timesMs.at(-1)];
  if (first === undefined || last === undefined) return [];
  return faults
    .during(Math.floor(first / hourMs), Math.floor(last / hourMs) + 1)
    .flatMap(({ kind, fromHour, toHour }) => {
      if (kind !== 'DUPLICATE') return [];
      const inFault = (time: number): boolean => time >= fromHour * hourMs && time < toHour * hourMs;
      const timesMs = series.timesMs.filter(inFault);
      const values = series.values.filter((_, index) => inFault(series.timesMs[index] as number));
      return timesMs.length === 0 ? [] : [{ ...series, timesMs, values }];
    });
}

function monthEnd(hour: number): number {
  const date = new Date(hour * hourMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / hourMs;
}
