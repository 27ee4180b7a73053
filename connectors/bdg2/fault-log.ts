/** What can be wrong with BDG2's files. Each fault costs only what its line says; the rest is loaded. */
export const faultMeanings = {
  BAD_HEADER: 'The first line is not what it should be: the whole file is left out.',
  UNREADABLE: 'The file breaks off (a half download): what came before is loaded.',
  LINE_TOO_LONG: 'A line is over the limit: it is left out.',
  WRONG_CELL_COUNT:
    'A line has more or fewer cells than the header: it is left out, for nobody knows which cells are missing.',
  BAD_TIMESTAMP: 'A line does not begin with a date and time: it is left out.',
  NONEXISTENT_LOCAL_TIME: "Readings stamped in spring's skipped hour, which never was: they are left out.",
  DUPLICATE_TIME: 'Readings of an hour that the file gave before: the first stay, these are left out.',
  NEGATIVE_VALUE: 'A value below zero: left out.',
  NOT_A_NUMBER: 'A value that is not a finite decimal number: left out.',
  UNKNOWN_BUILDING: 'A column whose building the metadata does not know: left out.',
  DUPLICATE_COLUMN: 'A second column of one building: left out.',
  BROKEN_LINE: 'A line of the metadata that cannot be read: its building is left out.',
  BAD_TIME_ZONE: 'A building without a known time zone: left out, for its readings have no place in time.',
  DUPLICATE_BUILDING: 'A second line for one building: left out.',
  BAD_CELL: 'A fact of a building that makes no sense: taken as not stated.',
} as const;

export type FaultKind = keyof typeof faultMeanings;

export interface Fault {
  readonly kind: FaultKind;
  /** Name without folder. */
  readonly file: string;
  /** Counted from 1; the header is line 1. */
  readonly line: number;
  /** The column's name, when one column is at fault. */
  readonly column: string | null;
  readonly reason: string;
}

export interface FaultReport {
  /** Exact: readings for faults of values, lines, columns or buildings for the others. Kinds that did not occur are absent. */
  readonly counts: Readonly<Partial<Record<FaultKind, number>>>;
  readonly total: number;
  /** The first of each kind, in the order met. */
  readonly details: readonly Fault[];
}

export interface FaultLog {
  /** `count`: how many readings (or lines) the fault costs. */
  add(fault: Fault, count?: number): void;
  report(): FaultReport;
}

/** Counts all, keeps the details of the first `detailsPerKind` of each kind: a file of rubbish costs no memory. */
export function createFaultLog({
  detailsPerKind = 100,
}: {
  readonly detailsPerKind?: number;
} = {}): FaultLog {
  const counts = new Map<FaultKind, number>();
  const kept = new Map<FaultKind, number>();
  const details: Fault[] = [];
  return {
    add(fault, count = 1) {
      counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + count);
      const already = kept.get(fault.kind) ?? 0;
      if (already >= detailsPerKind) return;
      kept.set(fault.kind, already + 1);
      details.push(fault);
    },
    report: () => ({
      counts: Object.fromEntries(counts),
      total: [...counts.values()].reduce((sum, count) => sum + count, 0),
      details: [...details],
    }),
  };
}
