import { type Aim, type Figure, isReached, median, type Row, ratioOf } from './row.ts';

const header = ['', 'ours', 'reference', '', 'ratio', 'aim', ''];

/** The rows as one table for people: medians with the least and the most of the rounds in brackets. */
export function printRows(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { what, ours, reference, aim, note } = row;
    const ratio = ratioOf(row);
    const reached = isReached(row);
    return [
      what,
      show(ours),
      reference === undefined ? '' : show(reference),
      reference?.name ?? '',
      ratio === undefined ? '' : showRatio(ratio),
      aim === undefined ? '' : `${showAim(aim, ours)} ${reached === true ? '✓' : 'MISSED'}`,
      note ?? '',
    ];
  });
  return formatTable([header, ...lines]);
}

function show({ samples, unit }: Figure): string {
  const middle = `${showNumber(median(samples))} ${unit}`.trim();
  if (samples.length < 2) return middle;
  return `${middle} (${showNumber(Math.min(...samples))}..${showNumber(Math.max(...samples))})`;
}

const showRatio = (ratio: number): string =>
  ratio < 2 ? `${Math.round(ratio * 100)} %` : `${ratio.toFixed(1)} x`;

function showAim(aim: Aim, { unit }: Figure): string {
  const show = (limit: number) =>
    aim.of === 'ratio' ? showRatio(limit) : `${showNumber(limit)} ${unit}`.trim();
  return 'least' in aim ? `>= ${show(aim.least)}` : `<= ${show(aim.most)}`;
}

/** Three figures that mean something; thousands set apart. */
function showNumber(value: number): string {
  if (value >= 1_000) return Number(value.toPrecision(3)).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

/** Columns as wide as their widest cell; the last is left as it is. */
function formatTable(lines: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
