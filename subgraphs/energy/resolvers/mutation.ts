import type { EnergyContext } from '../context.ts';
import type { ReadingInput } from '../ingestion/types.ts';

export const mutationResolvers = {
  ingestReadings: (
    _: unknown,
    { readings }: { readings: readonly ReadingInput[] },
    { ingestion, principal }: EnergyContext,
  ) => ingestion.ingest(principal, readings),
};
