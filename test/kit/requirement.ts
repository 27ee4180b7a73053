/** A promise of the product (`test/requirements.ts`). */
export interface Requirement {
  readonly id: string;
  /** Where the promise is made: a section of the README, an ADR, a section of a protocol, or `product`. */
  readonly source: string;
  readonly promise: string;
  /** For times and ratios, which are measured, not tested: words of the row that `npm run bench` prints. */
  readonly benchRow?: string;
  /** For what an outside suite proves: the file of ours that runs it. */
  readonly script?: string;
}

/** Promises of one source, by their ids. */
export const of = (source: string, promises: Readonly<Record<string, string>>): readonly Requirement[] =>
  Object.entries(promises).map(([id, promise]) => ({ id, source, promise }));

/** Measured promises of one source: by their ids, the row and the promise. */
export const measured = (
  source: string,
  promises: Readonly<Record<string, readonly [benchRow: string, promise: string]>>,
): readonly Requirement[] =>
  Object.entries(promises).map(([id, [benchRow, promise]]) => ({ id, source, promise, benchRow }));
