import type { FaultKind, FaultLog } from './fault-log.ts';
import type { MeterColumns } from './meter-columns.ts';
import { readCells, readNumber } from './read-cells.ts';
import type { Line } from './read-lines.ts';
import { readTimestamp } from './read-timestamp.ts';
import type { RowBuffer } from './row-buffer.ts';

export interface RowReaderOptions {
  readonly columns: MeterColumns;
  readonly buffer: RowBuffer;
  readonly file: string;
  readonly faults: FaultLog;
  /** Readings before it, or from `toMs` on, are left aside: neither missing nor faulty. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RowReader {
  /** Puts a line's readings into the buffer, or reports what is wrong with it. */
  read(line: Line): void;
  /** Empty cells met so far, where there could have been a reading. */
  missing(): number;
}

interface OddCell {
  readonly kind: FaultKind;
  readonly column: number;
  readonly reason: string;
}

const comma = 44;
const longestShown = 40;
const isMissing = Number.isNaN;

/** One line at a time: stamp, cells, and for each zone the instant. */
export function createRowReader({
  columns,
  buffer,
  file,
  faults,
  fromMs,
  toMs,
}: RowReaderOptions): RowReader {
  const { names, loaded, clocks } = columns;
  const isLoaded = new Uint8Array(names.length);
  for (const column of loaded) isLoaded[column.index] = 1;
  const columnsOfZone = clocks.map((_, zone) => loaded.filter((column) => column.zone === zone));
  let missing = 0;

  let bytes: Buffer = Buffer.alloc(0);
  let oddCells: OddCell[] = [];
  const readOddCell = (column: number, from: number, to: number): number => {
    const text = bytes.toString('latin1', from, to);
    const value = readNumber(text);
    if (value !== null && value >= 0 && value < Infinity) return value;
    if (value !== null && isLoaded[column] === 1) {
      const shown = text.length > longestShown ? `${text.slice(0, longestShown)}...` : text;
      if (value < 0) oddCells.push({ kind: 'NEGATIVE_VALUE', column, reason: `${shown} is below zero` });
      else
        oddCells.push({ kind: 'NOT_A_NUMBER', column, reason: `"${shown}" is not a finite decimal number` });
    }
    return Number.NaN;
  };

  const readingsIn = (zone: number, offset: number): number => {
    let readings = 0;
    for (const { index } of columnsOfZone[zone] ?? [])
      if (!isMissing(buffer.cells[offset + index])) readings += 1;
    return readings;
  };

  return {
    read(line) {
      const report = (kind: FaultKind, reason: string, column: string | null = null, count = 1): void =>
        faults.add({ kind, file, line: line.number, column, reason }, count);
      if (line.to === line.from) return;
      if (line.cut) return report('LINE_TOO_LONG', `the line is over ${line.to - line.from - 1} bytes long`);

      const end = line.bytes.subarray(line.from, line.to).indexOf(comma);
      const stampEnd = end < 0 ? line.to : line.from + end;
      bytes = line.bytes;
      oddCells = [];
      const offset = buffer.offset();
      const cellCount =
        end < 0
          ? 0
          : readCells(bytes, stampEnd + 1, line.to, buffer.cells, offset, names.length, readOddCell);
      if (cellCount !== names.length) {
        return report('WRONG_CELL_COUNT', `${cellCount + 1} cells where the header has ${names.length + 1}`);
      }
      const localMs = readTimestamp(bytes, line.from, stampEnd);
      if (Number.isNaN(localMs)) {
        const shown = bytes.toString('latin1', line.from, Math.min(stampEnd, line.from + longestShown));
        return report('BAD_TIMESTAMP', `"${shown}" is not a time like 2016-01-31 23:00:00`);
      }

      const times = clocks.map((clock, zone) => {
        const time = clock.instantOf(localMs);
        if (time.kind === 'instant')
          return time.utcMs >= fromMs && time.utcMs < toMs ? time.utcMs : Number.NaN;
        const stamp = new Date(localMs).toISOString().slice(0, 19).replace('T', ' ');
        const readings = readingsIn(zone, offset);
        if (readings === 0) return Number.NaN;
        if (time.kind === 'nonexistent') {
          report(
            'NONEXISTENT_LOCAL_TIME',
            `${readings} readings at ${stamp}, which ${clock.zone} skipped`,
            null,
            readings,
          );
        } else {
          report(
            'DUPLICATE_TIME',
            `${readings} readings at ${stamp}, which an earlier line gave`,
            null,
            readings,
          );
        }
        return Number.NaN;
      });
      if (times.every(Number.isNaN)) return;

      for (const odd of oddCells) report(odd.kind, odd.reason, names[odd.column]);
      const possible = times.reduce(
        (sum, time, zone) => sum + (Number.isNaN(time) ? 0 : (columnsOfZone[zone]?.length ?? 0)),
        0,
      );
      const present = times.reduce(
        (sum, time, zone) => sum + (Number.isNaN(time) ? 0 : readingsIn(zone, offset)),
        0,
      );
      missing += possible - present - oddCells.length;
      buffer.keep(times);
    },
    missing: () => missing,
  };
}
