import { type Month, monthOf, monthStartMs } from '../../storage/month.ts';
import { countRows, type Rows } from './rows.ts';

/** Readings that came and are not written yet, by month of UTC: what is written together lies together. */
export interface MonthBuffer {
  readonly rowCount: number;
  /** `rows` in time order, of any months. */
  add(rows: Rows): void;
  /** What came since the call before was one batch. */
  endBatch(): void;
  /** A month worth writing now: one that the source has left behind, or that has grown large. */
  ripe(busy: ReadonlySet<Month>): Month | undefined;
  /** The month of which most is there. */
  largest(busy: ReadonlySet<Month>): Month | undefined;
  take(month: Month): readonly Rows[];
}

interface MonthRows {
  readonly rows: Rows[];
  count: number;
  /** The last batch with readings of the month. */
  batch: number;
}

export function createMonthBuffer({ largeRows }: { readonly largeRows: number }): MonthBuffer {
  const months = new Map<Month, MonthRows>();
  let rowCount = 0;
  let batch = 0;

  const put = (month: Month, rows: Rows): void => {
    const entry = months.get(month) ?? { rows: [], count: 0, batch };
    months.set(month, entry);
    entry.rows.push(rows);
    entry.count += rows.timesMs.length;
    entry.batch = batch;
    rowCount += rows.timesMs.length;
  };

  const best = (busy: ReadonlySet<Month>, suits: (entry: MonthRows) => boolean): Month | undefined => {
    let found: readonly [Month, MonthRows] | undefined;
    for (const [month, entry] of months) {
      if (busy.has(month) || !suits(entry)) continue;
      if (found === undefined || entry.count > found[1].count) found = [month, entry];
    }
    return found?.[0];
  };

  return {
    get rowCount() {
      return rowCount;
    },
    add(rows) {
      for (let from = 0; from < rows.timesMs.length; ) {
        const month = monthOf(rows.timesMs[from] ?? 0);
        const to = firstAtOrAfter(rows.timesMs, monthStartMs(month + 1), from);
        put(month, {
          ...rows,
          timesMs: rows.timesMs.subarray(from, to),
          values: rows.values.subarray(from, to),
        });
        from = to;
      }
    },
    endBatch() {
      batch += 1;
    },
    ripe: (busy) => best(busy, (entry) => entry.batch < batch - 1 || entry.count >= largeRows),
    largest: (busy) => best(busy, () => true),
    take(month) {
      const rows = months.get(month)?.rows ?? [];
      months.delete(month);
      rowCount -= countRows(rows);
      return rows;
    },
  };
}

/** Place of the first time that is not before `atMs`, by halving. */
function firstAtOrAfter(timesMs: Float64Array, atMs: number, from: number): number {
  let [low, high] = [from, timesMs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
