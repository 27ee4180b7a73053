/** A meter's readings in time order, as columns: what every source hands over. The caller may keep the arrays, not write to them. */
export interface MeterSeries {
  readonly meterId: string;
  /** Starts of the intervals, Unix milliseconds, ascending. */
  readonly timesMs: Float64Array;
  /** Energy (kWh) or water (l) of each interval. */
  readonly values: Float64Array;
  /** Seconds that each reading covers. */
  readonly intervalSeconds: number;
}

export function countReadings(batch: readonly MeterSeries[]): number {
  return batch.reduce((sum, series) => sum + series.values.length, 0);
}
