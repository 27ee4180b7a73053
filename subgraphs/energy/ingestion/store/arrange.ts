import { pickColumns, type ReadingColumns } from '../columns.ts';
import type { Origin } from '../origin.ts';

/** Rows of one meter. */
export interface MeterRun {
  readonly meterNo: number;
  readonly firstRow: number;
  /** Excluded. */
  readonly endRow: number;
}

/** Readings meter by meter, in the order of the meters' numbers, each meter's in the order in which they came. */
export function arrange(
  came: ReadingColumns,
  brought: readonly Origin[],
): {
  readonly columns: ReadingColumns;
  readonly runs: readonly MeterRun[];
  readonly receivedAtMs: Float64Array;
} {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < came.length; row += 1) {
    const meterNo = came.meterNos[row] ?? 0;
    const rows = rowsOf.get(meterNo);
    if (rows === undefined) rowsOf.set(meterNo, [row]);
    else rows.push(row);
  }
  const order = new Int32Array(came.length);
  const runs: MeterRun[] = [];
  let at = 0;
  for (const [meterNo, rows] of [...rowsOf].sort(([a], [b]) => a - b)) {
    order.set(rows, at);
    runs.push({ meterNo, firstRow: at, endRow: at + rows.length });
    at += rows.length;
  }
  const columns = pickColumns(came, order);
  const receivedAtMs = Float64Array.from(columns.origins, (origin) => brought[origin]?.receivedAtMs ?? 0);
  return { columns, runs, receivedAtMs };
}

/**
 * Of readings arranged by meter: those that count, in the order of (meter, time), of several for one (meter, time) the
 * last that came; and the rows of those that validation refused.
 */
export function inTimeOrder(
  columns: ReadingColumns,
  refusedCode: number,
): { readonly kept: ReadingColumns; readonly refused: readonly number[] } {
  const { length, meterNos, timesMs, qualities } = columns;
  const refused: number[] = [];
  let inOrder = true;
  for (let row = 0; row < length; row += 1) {
    if (qualities[row] === refusedCode) refused.push(row);
    if (row > 0 && meterNos[row] === meterNos[row - 1] && (timesMs[row] ?? 0) <= (timesMs[row - 1] ?? 0))
      inOrder = false;
  }
  if (inOrder && refused.length === 0) return { kept: columns, refused };
  const rows: number[] = [];
  for (let row = 0; row < length; row += 1) if (qualities[row] !== refusedCode) rows.push(row);
  const number = (row: number): number => meterNos[row] ?? 0;
  const time = (row: number): number => timesMs[row] ?? 0;
  rows.sort((a, b) => number(a) - number(b) || time(a) - time(b) || a - b);
  const last = rows.filter((row, index) => {
    const next = rows[index + 1];
    return next === undefined || number(next) !== number(row) || time(next) !== time(row);
  });
  return { kept: pickColumns(columns, last), refused };
}
