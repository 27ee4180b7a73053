import type { Steps } from '../../cli/output/steps.ts';

/** Loaders tell of their steps; the bench prints a table and nothing else. */
export const silentSteps: Steps = {
  print: () => undefined,
  run: (_title, work) => work({ detail: () => undefined, progress: () => undefined }),
};
