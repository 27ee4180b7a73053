import type { EnergyContext } from '../context.ts';
import type { ReadingInput } from '../ingestion/types.ts';
import { anomalyMutations } from './anomaly.ts';
import { editingMutations } from './edit.ts';

export const mutationResolvers = {
  ...editingMutations,
  ...anomalyMutations,

  ingestReadings: (
    _: unknown,
    { readings }: { readings: readonly ReadingInput[] },
    { ingestion, principal }: EnergyContext,
  ) => ingestion.ingest(principal, readings),
};
