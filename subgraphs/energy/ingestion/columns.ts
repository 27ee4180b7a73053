/** Readings as columns, in the order of (meter, time), each (meter, time) once: no object a reading. */
export interface ReadingColumns {
  readonly length: number;
  readonly meterNos: Int32Array;
  readonly intervals: Int32Array;
  /** Starts of the intervals, Unix ms. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** Codes of `qualities`. */
  readonly qualities: Uint8Array;
  /** Numbers of energy.vee_rule; 0 for none. */
  readonly rules: Uint8Array;
  /** Rows of energy.origin. */
  readonly origins: Int32Array;
}

export function createColumns(length: number): ReadingColumns {
  return {
    length,
    meterNos: new Int32Array(length),
    intervals: new Int32Array(length),
    timesMs: new Float64Array(length),
    values: new Float64Array(length),
    qualities: new Uint8Array(length),
    rules: new Uint8Array(length),
    origins: new Int32Array(length),
  };
}

/** Those rows of the columns, in the order given. */
export function pickColumns(from: ReadingColumns, rows: ArrayLike<number>): ReadingColumns {
  const to = createColumns(rows.length);
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0;
    to.meterNos[index] = from.meterNos[row] ?? 0;
    to.intervals[index] = from.intervals[row] ?? 0;
    to.timesMs[index] = from.timesMs[row] ?? 0;
    to.values[index] = from.values[row] ?? 0;
    to.qualities[index] = from.qualities[row] ?? 0;
    to.rules[index] = from.rules[row] ?? 0;
    to.origins[index] = from.origins[row] ?? 0;
  }
  return to;
}
