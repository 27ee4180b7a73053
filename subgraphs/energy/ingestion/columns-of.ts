import type { AcceptedItem } from './check-items.ts';
import { createColumns, type ReadingColumns } from './columns.ts';

/** Items as columns, in the order sent; an interval of 0 is the meter's own. */
export function columnsOf(items: readonly AcceptedItem[]): ReadingColumns {
  const columns = createColumns(items.length);
  for (const [row, { meterNo, timeMs, intervalSeconds, value }] of items
    .toSorted((a, b) => a.index - b.index)
    .entries()) {
    columns.meterNos[row] = meterNo;
    columns.timesMs[row] = timeMs;
    columns.intervals[row] = intervalSeconds ?? 0;
    columns.values[row] = value;
  }
  return columns;
}
