import type { GraphQLResolveInfo } from 'graphql';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { asksFor } from '../../../platform/subgraph/asks-for.ts';
import { type Scope, sharedZone } from '../answers/coverage.ts';
import { type EnergySeries, toSeries } from '../answers/series.ts';
import type { EnergyContext } from '../context.ts';
import { type MeterType, meterTypes } from '../domain.ts';
import type { EnergyBuilding, EnergyMeter } from '../store/buildings.ts';
import type { Interval } from '../time/buckets.ts';
import { type DayRange, resolveDays, type TimeRange } from '../time/time-range.ts';

/** The most days that a question may span. */
export const mostDays = {
  /** What is answered from days and months. */
  byDay: 3_660,
  /** What is answered from hours, of one building. */
  byHour: 366,
  /** What is answered from hours, of many buildings. */
  byHourOfMany: 31,
} as const;

/** The days that a range means to the caller. */
export async function askDays(
  context: EnergyContext,
  range: TimeRange,
  zone: string,
  maxDays: number,
): Promise<DayRange> {
  const remedy = maxDays === mostDays.byDay ? 'Ask for fewer.' : 'Ask for fewer, or for a series by day.';
  const asOfMs = (await context.loaders.dataClock())?.asOfMs ?? context.clock();
  return resolveDays(range, { asOfMs, zone, maxDays, remedy });
}

/** End of the newest data that the caller sees, Unix ms. */
export const askDataEnd = async ({ loaders }: EnergyContext): Promise<number | null> =>
  (await loaders.dataClock())?.endMs ?? null;

export interface SeriesArgs {
  readonly range: TimeRange;
  readonly interval: Interval;
  readonly types?: readonly MeterType[] | null;
}

/** A series for each type, of those asked for, that the meters have. */
export async function askSeries(
  context: EnergyContext,
  meters: readonly EnergyMeter[],
  { range, interval, types }: SeriesArgs,
  mostHourDays: number,
  info: GraphQLResolveInfo,
): Promise<readonly EnergySeries[]> {
  const timeZone = sharedZone(meters);
  const zone = timeZone ?? 'UTC';
  const days = await askDays(context, range, zone, interval === 'HOUR' ? mostHourDays : mostDays.byDay);
  const dataEndMs = await askDataEnd(context);
  const byType = Map.groupBy(meters, ({ type }) => type);
  const wantsEstimated = asksFor(info, 'estimatedShare');
  return Promise.all(
    meterTypes
      .filter((type) => byType.has(type) && (types ?? meterTypes).includes(type))
      .map(async (type) => {
        const scope: Scope = { meters: byType.get(type) ?? [], range: days, timeZone };
        const [sums, estimated] = await Promise.all([
          askSums(context, scope, interval, zone),
          wantsEstimated
            ? context.loaders.estimated.load({ ...scope, zone: interval === 'HOUR' ? zone : timeZone })
            : [],
        ]);
        return toSeries(scope, { type, interval, dataEndMs }, sums, estimated);
      }),
  );
}

function askSums({ loaders }: EnergyContext, { meters, range }: Scope, interval: Interval, zone: string) {
  switch (interval) {
    case 'HOUR':
      return loaders.hours.load({ meters, range, zone });
    case 'DAY':
      return loaders.days.load({ meters, range });
    case 'WEEK':
      return loaders.weeks.load({ meters, range });
    case 'MONTH':
      return loaders.months.load({ meters, range });
  }
}

/** The building, or null; the answer is marked as depending on it either way. */
export async function askBuilding(context: EnergyContext, id: string): Promise<EnergyBuilding | null> {
  context.tag(`energy:${id}`);
  return context.loaders.building.load(id);
}

/** A building's meters of one type, when it has any and may be seen. */
export async function askMetersOfType(
  context: EnergyContext,
  id: string,
  type: MeterType,
): Promise<{ readonly building: EnergyBuilding; readonly meters: readonly EnergyMeter[] } | null> {
  const building = await askBuilding(context, id);
  const meters = building?.meters.filter((meter) => meter.type === type) ?? [];
  return building === null || meters.length === 0 ? null : { building, meters };
}

/** A length that is allowed. @throws EaioError BAD_USER_INPUT */
export function upTo(most: number, argument: string, wanted: number): number {
  if (wanted >= 1 && wanted <= most) return wanted;
  throw new EaioError('BAD_USER_INPUT', `The argument "${argument}" takes 1 to ${most}, not ${wanted}.`, {
    details: { argument },
  });
}
