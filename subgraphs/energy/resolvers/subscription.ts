import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { EnergyContext } from '../context.ts';
import type { MeterType } from '../domain.ts';
import { decodeProgress } from '../live/cursor.ts';
import type { EnergyPulse } from '../live/pulse.ts';
import { qualitySubscriptions } from './quality.ts';

interface ReadingAddedArgs {
  readonly buildingIds?: readonly string[] | null;
  readonly meterTypes?: readonly MeterType[] | null;
}

export const subscriptionResolvers = {
  ...qualitySubscriptions,

  readingAdded: {
    async subscribe(_: unknown, { buildingIds, meterTypes }: ReadingAddedArgs, context: EnergyContext) {
      for (const [name, list] of Object.entries({ buildingIds, meterTypes })) {
        if (list?.length === 0) throw nothingWanted(name);
      }
      const buildings = await wantedBuildings(buildingIds ?? null, context);
      const types = meterTypes == null ? null : new Set(meterTypes);
      return context.live.readings({
        wants: ({ buildingId, type }) => (buildings?.has(buildingId) ?? true) && (types?.has(type) ?? true),
        begun: context.after === undefined ? undefined : decodeProgress(context.after),
        signal: context.signal ?? new AbortController().signal,
      });
    },
  },

  anomalyChanged: {
    async subscribe(
      _: unknown,
      { buildingIds }: { buildingIds?: readonly string[] | null },
      context: EnergyContext,
    ) {
      if (buildingIds?.length === 0) throw nothingWanted('buildingIds');
      const wanted = buildingIds == null ? null : await wantedBuildings(buildingIds, context);
      return context.live.anomalies({
        grant: context.grant,
        buildingIds: wanted === null ? null : [...wanted],
        signal: context.signal ?? new AbortController().signal,
      });
    },
  },

  energyPulse: {
    subscribe: (
      _: unknown,
      { buildingId, type }: { buildingId: string; type: MeterType },
      context: EnergyContext,
    ) =>
      context.live.pulse({
        buildingId,
        type,
        grant: context.grant,
        signal: context.signal ?? new AbortController().signal,
      }),
  },
};

export const pulseResolvers = {
  building: ({ buildingId }: EnergyPulse) => ({ id: buildingId }),
};

/** The buildings whose readings are wanted: those named, which must be there and visible, else all that may be seen; null for all. */
async function wantedBuildings(
  named: readonly string[] | null,
  { grant, loaders }: EnergyContext,
): Promise<ReadonlySet<string> | null> {
  if (named === null) return grant === null ? null : new Set(grant);
  const found = await Promise.all(named.map((id) => loaders.building.load(id)));
  const missing = named.filter((_, index) => found[index] === null);
  if (missing.length > 0)
    throw new EaioError('NOT_FOUND', `There is no building ${missing.join(', ')} that you may see.`);
  return new Set(named);
}

/** An empty list would be a stream that never says anything. */
const nothingWanted = (argument: string): EaioError =>
  new EaioError(
    'BAD_USER_INPUT',
    `${argument} is an empty list: name at least one, or leave it out for all.`,
  );
