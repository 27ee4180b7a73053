import { delayOf, type KindScore, precisionOf, recallOf } from './score.ts';
import type { Trial } from './trial.ts';

/** The figures of a trial as a table for people. */
export function printScores({ kinds, meterMonths, raw, untrue }: Trial): string {
  const lines = kinds.map((kind) => [
    kind.kind,
    `${kind.faults}`,
    precisionOf(kind).toFixed(3),
    recallOf(kind).toFixed(3),
    `${delayOf(kind).toFixed(0)} h`,
    verdictOf(kind),
  ]);
  const header = ['kind', 'faults', 'precision', 'recall', 'median delay', 'aim'];
  const widths = header.map((_, column) =>
    Math.max(...[header, ...lines].map((line) => (line[column] ?? '').length)),
  );
  const table = [header, ...lines].map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  const rate = (count: number) => (count / meterMonths).toFixed(2);
  return [
    ...table,
    `false alarms on unfaulted data: ${rate(untrue.length)} per meter-month (aim < 1); ` +
      `with those where the data are really wrong: ${rate(raw.length)}`,
  ].join('\n');
}

/** Least precision and recall to reach. */
export const aimOf = (kind: KindScore['kind']): number => (kind === 'SPIKE' ? 0.8 : 0.9);

function verdictOf(kind: KindScore): string {
  const aim = aimOf(kind.kind);
  return `>= ${aim} ${precisionOf(kind) >= aim && recallOf(kind) >= aim ? 'reached' : 'MISSED'}`;
}
