import type { FaultLog } from './fault-log.ts';
import { readNumber } from './read-cells.ts';

interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly moreThan?: number;
}

/** Typed access to one line of the metadata. A cell that makes no sense is a BAD_CELL, and null. */
export interface MetadataRow {
  /** Null when empty or stated as nothing (`-`, `None`). */
  text(column: string): string | null;
  number(column: string, range: Range): number | null;
  integer(column: string, range: Range): number | null;
  fault(column: string, reason: string): void;
}

export interface MetadataRowOptions {
  readonly header: readonly string[];
  readonly cells: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly faults: FaultLog;
}

/** What BDG2 writes for "not stated". */
const nothings = new Set(['', '-', 'none', 'nan']);

export function createMetadataRow({ header, cells, file, line, faults }: MetadataRowOptions): MetadataRow {
  const fault = (column: string, reason: string): void =>
    faults.add({ kind: 'BAD_CELL', file, line, column, reason });

  const text = (column: string): string | null => {
    const cell = cells[header.indexOf(column)] ?? '';
    return nothings.has(cell.toLowerCase()) ? null : cell;
  };

  const number = (
    column: string,
    { min = -Infinity, max = Infinity, moreThan = -Infinity }: Range,
  ): number | null => {
    const cell = text(column);
    if (cell === null) return null;
    // Thousands are written `"1,515"`.
    const value = readNumber(cell.replace(/,(?=\d{3}(?:\D|$))/g, ''));
    if (value !== null && value >= min && value <= max && value > moreThan && Number.isFinite(value))
      return value;
    fault(column, `"${cell}" is not a number that makes sense here`);
    return null;
  };

  return {
    text,
    number,
    integer(column, range) {
      const value = number(column, range);
      if (value === null || Number.isInteger(value)) return value;
      fault(column, `${value} is not a whole number`);
      return null;
    },
    fault,
  };
}
