/** A meter's readings as an estimate may rest on them: measured and not doubted. Never what was itself estimated. */
export interface Basis {
  readonly intervalMs: number;
  /** IANA. Like days are days of the building. */
  readonly timeZone: string;
  /** Value by the start of its interval, Unix ms. */
  readonly valueAt: ReadonlyMap<number, number>;
}

/** Intervals that follow each other and of which no reading is there. */
export interface Gap {
  /** Start of the first missing interval, Unix ms. */
  readonly fromMs: number;
  /** End of the last one: the next reading's start, Unix ms. */
  readonly toMs: number;
}

/** A value for each interval of a gap, in the order of time. */
export type Estimate = readonly number[];

/** Starts of a gap's intervals, Unix ms. */
export function startsOf({ fromMs, toMs }: Gap, intervalMs: number): readonly number[] {
  return Array.from(
    { length: Math.round((toMs - fromMs) / intervalMs) },
    (_, index) => fromMs + index * intervalMs,
  );
}
