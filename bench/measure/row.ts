/** One line of the table: a figure of ours, beside the same of something else that did the same work in the same run. */
export interface Row {
  readonly what: string;
  readonly ours: Figure;
  readonly reference?: Figure & { readonly name: string };
  /** What the figure must reach. */
  readonly aim?: Aim;
  readonly note?: string;
}

export interface Figure {
  /** One for each round; rounds of ours and of the reference alternate. */
  readonly samples: readonly number[];
  readonly unit: Unit;
}

/** Per second more is better, of all others less. */
export type Unit = '/s' | 'ms' | 's' | 'µs' | 'ns' | 'KB' | 'MB' | 'tokens' | 'bytes' | '';

export type Aim =
  /** Ours divided by the reference's is at least, or at most. */
  | { readonly of: 'ratio'; readonly least: number }
  | { readonly of: 'ratio'; readonly most: number }
  | { readonly of: 'ours'; readonly least: number }
  | { readonly of: 'ours'; readonly most: number };

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Of the rounds' own ratios the middle one: what disturbs the machine for longer than a round disturbs both sides of it. */
export function ratioOf({ ours, reference }: Row): number | undefined {
  if (reference === undefined) return undefined;
  if (reference.samples.length !== ours.samples.length)
    return median(ours.samples) / median(reference.samples);
  return median(ours.samples.map((sample, round) => sample / (reference.samples[round] ?? Number.NaN)));
}

/** Undefined when the row has no aim. */
export function isReached(row: Row): boolean | undefined {
  const { aim, ours } = row;
  if (aim === undefined) return undefined;
  const value = aim.of === 'ours' ? median(ours.samples) : ratioOf(row);
  if (value === undefined) return undefined;
  return 'least' in aim ? value >= aim.least : value <= aim.most;
}
