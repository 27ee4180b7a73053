/** What a person wants changed. */
export type EditOperation =
  /** These values, whatever stood there; also where nothing stood. */
  | { readonly kind: 'SET'; readonly values: readonly EditedValue[] }
  /** Multiply what stands in the range. */
  | ({ readonly kind: 'SCALE'; readonly factor: number } & EditRange)
  /** What stands in the range does not count. */
  | ({ readonly kind: 'REJECT' } & EditRange)
  /** What was measured first counts again, whatever was edited since. */
  | ({ readonly kind: 'RESTORE' } & EditRange);

export interface EditedValue {
  /** Start of the interval, Unix ms. */
  readonly timeMs: number;
  readonly value: number;
  /** The meter's own when left out. */
  readonly intervalSeconds?: number | undefined;
}

export interface EditRange {
  /** Earliest start of an interval, Unix ms, included. */
  readonly fromMs: number;
  /** Excluded. */
  readonly toMs: number;
}

/** An edit as it is remembered. */
export interface Edit {
  readonly id: string;
  readonly meterId: string;
  readonly operation: EditOperation['kind'];
  readonly factor: number | null;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  /** Where it reached: start included, end excluded. */
  readonly from: Date;
  readonly to: Date;
  /** Readings that it changed. */
  readonly changed: number;
  readonly undoneBy: string | null;
  readonly undoneReason: string | null;
  readonly undoneAt: Date | null;
}

/** Readings that one edit may touch: two months of minutes. */
export const mostEdited = 100_000;

/** energy.vee_rule's number of `edited`. */
export const editedRule = 242;
