import type { EnergyContext } from '../context.ts';
import type { ReadingInput } from '../ingestion/types.ts';
import { editingMutations } from './edit.ts';

export const mutationResolvers = {
  ...editingMutations,

  ingestReadings: (
    _: unknown,
    { readings }: { readings: readonly ReadingInput[] },
    { ingestion, principal }: EnergyContext,
  ) => ingestion.ingest(principal, readings),
};
