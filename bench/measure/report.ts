import type { Row } from './row.ts';
import { printRows } from './table.ts';

/** How a script of bench/ that also runs alone hands its rows over: to `npm run bench` when that started it, else to whoever reads. */
export function report(...rows: readonly Row[]): void {
  if (process.send === undefined) console.info(printRows(rows));
  else process.send({ rows });
}
