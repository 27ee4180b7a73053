import type { EnergyContext } from '../context.ts';
import type { ReadingInput } from '../ingestion/types.ts';
import { editingMutations } from './edit.ts';

/** An answer that takes longer would be cut off by whoever waits for it. */
const mostWaitS = 10;

export const mutationResolvers = {
  ...editingMutations,

  ingestReadings: (
    _: unknown,
    { readings, waitSeconds }: { readings: readonly ReadingInput[]; waitSeconds: number },
    { ingestion, principal }: EnergyContext,
  ) =>
    ingestion.ingest(principal, readings, {
      waitMs: Math.min(Math.max(waitSeconds, 0), mostWaitS) * 1_000,
    }),
};
