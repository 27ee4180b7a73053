import type { TestSystem } from '../kit/edge.ts';

/** What became of a suite's attacks: how many were tried, and each that was let through, in words. */
export interface Outcome {
  readonly tried: number;
  readonly letThrough: readonly string[];
}

/** Attacks of one kind on a whole system. Jest runs it (`<name>.test.ts`), and so does `npm run security`, which prints the counts. */
export interface SecuritySuite {
  readonly name: string;
  readonly about: string;
  run(system: TestSystem): Promise<Outcome>;
}
