import type { MeterSeries } from '../meter-series.ts';

/** A column of the file that is loaded. */
export interface LoadedColumn {
  readonly meterId: string;
  /** Its place among the cells of a row. */
  readonly index: number;
  /** Its place in `timesMs` of a row. */
  readonly zone: number;
}

export interface RowBufferOptions {
  readonly columns: readonly LoadedColumn[];
  /** Cells in a row of the file, loaded or not. */
  readonly width: number;
  readonly zones: number;
  readonly intervalSeconds: number;
  /** Readings in a batch, about. */
  readonly batchReadings: number;
}

/** Rows as the file has them, turned into columns a UTC month at a time. */
export interface RowBuffer {
  /** The next row's cells go into `cells` from `offset` on; NaN is no reading. */
  readonly cells: Float64Array;
  readonly offset: () => number;
  /** Keeps the row written at `offset`: when it was in each zone, NaN for never. */
  keep(timesMs: readonly number[]): void;
  /** The batches that can go: a month that every zone has left behind, or everything when the buffer is full. */
  ripe(): Generator<readonly MeterSeries[]>;
  /** The rest, month by month. */
  rest(): Generator<readonly MeterSeries[]>;
}

/** A month has 744 hours; the zones lie a day apart at most; and a row more to write into. */
const capacity = 744 + 2 * 24 + 1;

const isMissing = Number.isNaN;

/**
 * Where the series of one batch lie: a large piece of memory goes back to the system as a whole, where those of thousands
 * of meters would leave holes.
 */
interface Slab {
  readonly values: Float64Array;
  readonly times: Float64Array;
  used: number;
}

const createSlab = (size: number): Slab => ({
  values: new Float64Array(size),
  times: new Float64Array(size),
  used: 0,
});

function monthEnd(utcMs: number): number {
  const date = new Date(utcMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/**
 * The memory of the import is here: `capacity` rows, 10 MB for a file of 1,578 columns, whatever its length.
 * For hourly files a batch holds readings of one UTC month only.
 */
export function createRowBuffer(options: RowBufferOptions): RowBuffer {
  const { columns, width, zones, intervalSeconds, batchReadings } = options;
  const cells = new Float64Array(capacity * width);
  const times = Array.from({ length: zones }, () => new Float64Array(capacity));
  const newest = new Float64Array(zones).fill(-Infinity);
  let rows = 0;
  /** The earliest instant of any row kept. */
  let oldest = Infinity;

  /** Rows of a zone before `end`, in time order. */
  const rowsBefore = (zoneTimes: Float64Array, end: number): Uint32Array => {
    const picked = Uint32Array.from({ length: rows }, (_, row) => row).filter(
      (row) => (zoneTimes[row] as number) < end,
    );
    return picked.sort((a, b) => (zoneTimes[a] as number) - (zoneTimes[b] as number));
  };

  /** Forgets what lies before `end` and moves the rows still needed to the front. */
  const dropBefore = (end: number): void => {
    let kept = 0;
    oldest = Infinity;
    for (let row = 0; row < rows; row += 1) {
      if (!times.some((zoneTimes) => (zoneTimes[row] as number) >= end)) continue;
      for (const zoneTimes of times) {
        const time = zoneTimes[row] as number;
        zoneTimes[kept] = time >= end ? time : Number.NaN;
        if (time >= end && time < oldest) oldest = time;
      }
      cells.copyWithin(kept * width, row * width, (row + 1) * width);
      kept += 1;
    }
    rows = kept;
  };

  function* before(end: number): Generator<readonly MeterSeries[]> {
    const picked = times.map((zoneTimes) => rowsBefore(zoneTimes, end));
    const pickedTimes = picked.map((order, zone) =>
      Float64Array.from(order, (row) => times[zone]?.[row] as number),
    );
    const longest = Math.max(...picked.map(({ length }) => length));
    const size = Math.min(batchReadings + longest, columns.length * longest);
    let slab = createSlab(size);
    let batch: MeterSeries[] = [];
    for (const column of columns) {
      const series = seriesOf(
        column,
        picked[column.zone] as Uint32Array,
        pickedTimes[column.zone] as Float64Array,
        slab,
      );
      if (series.values.length === 0) continue;
      batch.push(series);
      if (slab.used < batchReadings) continue;
      yield batch;
      batch = [];
      slab = createSlab(size);
    }
    if (batch.length > 0) yield batch;
    dropBefore(end);
  }

  const seriesOf = (
    { meterId, index }: LoadedColumn,
    order: Uint32Array,
    orderTimes: Float64Array,
    slab: Slab,
  ): MeterSeries => {
    const from = slab.used;
    const valueAt = (at: number): number => cells[(order[at] as number) * width + index] as number;
    for (let at = 0; at < order.length; at += 1) {
      const value = valueAt(at);
      if (isMissing(value)) continue;
      slab.values[slab.used] = value;
      slab.used += 1;
    }
    const values = slab.values.subarray(from, slab.used);
    // Meters without a gap share their zone's times.
    if (values.length === order.length) return { meterId, timesMs: orderTimes, values, intervalSeconds };
    const timesMs = slab.times.subarray(from, slab.used);
    let count = 0;
    for (let at = 0; at < order.length; at += 1) {
      if (isMissing(valueAt(at))) continue;
      timesMs[count] = orderTimes[at] as number;
      count += 1;
    }
    return { meterId, timesMs, values, intervalSeconds };
  };

  function* monthly(done: (end: number) => boolean): Generator<readonly MeterSeries[]> {
    while (oldest < Infinity) {
      const end = monthEnd(oldest);
      if (done(end)) return;
      yield* before(end);
    }
  }

  return {
    cells,
    offset: () => rows * width,
    keep(timesMs) {
      times.forEach((zoneTimes, zone) => {
        const time = timesMs[zone] ?? Number.NaN;
        zoneTimes[rows] = time;
        if (time > (newest[zone] as number)) newest[zone] = time;
        if (time < oldest) oldest = time;
      });
      rows += 1;
    },
    *ripe() {
      yield* monthly((end) => !newest.every((time) => time >= end));
      if (rows === capacity - 1) yield* before(Infinity);
    },
    *rest() {
      yield* monthly(() => false);
    },
  };
}
