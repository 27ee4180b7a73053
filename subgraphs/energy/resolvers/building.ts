import type { GraphQLResolveInfo } from 'graphql';
import { anomalyTag } from '../anomalies/events.ts';
import { changeBetween, toPeriodTotal } from '../answers/comparison.ts';
import type { Scope } from '../answers/coverage.ts';
import { deliveredTypes, toIntensity } from '../answers/intensity.ts';
import { toWeek } from '../answers/profile.ts';
import type { EnergyContext } from '../context.ts';
import { type MeterType, unitOf } from '../domain.ts';
import { daysOneYearEarlier, previousDays, type TimeRange } from '../time/time-range.ts';
import {
  askBuilding,
  askDataEnd,
  askDays,
  askMetersOfType,
  askSeries,
  mostDays,
  type SeriesArgs,
} from './ask.ts';
import { type AnomaliesArgs, askAnomalies } from './ask-anomalies.ts';
import { type MetersPageArgs, toMeterConnection } from './meter-connection.ts';
import { askQuality } from './quality.ts';

/** A building as the graph hands it over: energy looks the rest up, and only where it is asked for. */
interface BuildingReference {
  readonly id: string;
}

interface TypeArgs {
  readonly range: TimeRange;
  readonly type: MeterType;
}

/** Fields that energy adds to Building. What the caller may not see is as if it were not there. */
export const buildingResolvers = {
  __resolveReference: ({ id }: BuildingReference): BuildingReference => ({ id }),

  async meters(
    { id }: BuildingReference,
    args: MetersPageArgs & { types?: readonly MeterType[] | null },
    context: EnergyContext,
  ) {
    const building = await askBuilding(context, id);
    const meters = building?.meters.filter(({ type }) => args.types?.includes(type) ?? true) ?? [];
    return toMeterConnection(args, meters);
  },

  async energyUse(
    { id }: BuildingReference,
    args: SeriesArgs,
    context: EnergyContext,
    info: GraphQLResolveInfo,
  ) {
    const building = await askBuilding(context, id);
    return askSeries(context, building?.meters ?? [], args, mostDays.byHour, info);
  },

  async energyUseIntensity({ id }: BuildingReference, args: { range: TimeRange }, context: EnergyContext) {
    const building = await askBuilding(context, id);
    if (building === null || building.floorAreaSqm === null || building.floorAreaSqm <= 0) return null;
    const { timeZone, floorAreaSqm } = building;
    const range = await askDays(context, args.range, timeZone, mostDays.byDay);
    const meters = building.meters.filter(({ type }) => deliveredTypes.some((each) => each === type));
    const totals = await Promise.all(
      deliveredTypes.map(async (type) => {
        const total = await context.loaders.total.load({
          meters: meters.filter((meter) => meter.type === type),
          range,
        });
        return total === null ? [] : [{ type, total }];
      }),
    );
    return toIntensity({ meters, range, timeZone }, floorAreaSqm, totals.flat(), await askDataEnd(context));
  },

  async energyComparison({ id }: BuildingReference, { range, type }: TypeArgs, context: EnergyContext) {
    const found = await askMetersOfType(context, id, type);
    if (found === null) return null;
    const { timeZone } = found.building;
    const days = await askDays(context, range, timeZone, mostDays.byDay);
    const dataEndMs = await askDataEnd(context);
    const totalOf = async (scope: Scope) =>
      toPeriodTotal(scope, await context.loaders.total.load(scope), dataEndMs);
    const [current, previousPeriod, samePeriodLastYear] = await Promise.all([
      totalOf({ meters: found.meters, timeZone, range: days }),
      totalOf({ meters: found.meters, timeZone, range: previousDays(days) }),
      totalOf({ meters: found.meters, timeZone, range: daysOneYearEarlier(days) }),
    ]);
    return {
      type,
      unit: unitOf(type),
      current,
      previousPeriod,
      samePeriodLastYear,
      changeFromPreviousPeriod: changeBetween(previousPeriod, current),
      changeFromLastYear: changeBetween(samePeriodLastYear, current),
    };
  },

  async loadProfile({ id }: BuildingReference, args: TypeArgs, context: EnergyContext) {
    const question = await askHours(context, id, args);
    if (question === null) return null;
    const { from, to } = question.range;
    const hours = toWeek(await context.loaders.profile.load(question));
    return { ...typeAndUnit(args.type), from, to, timeZone: question.zone, hours };
  },

  async baseLoad({ id }: BuildingReference, args: TypeArgs, context: EnergyContext) {
    const question = await askHours(context, id, args);
    const lows = question === null ? null : await context.loaders.dailyLows.load(question);
    if (lows === null) return null;
    const { low, mean, dayCount } = lows;
    return { ...typeAndUnit(args.type), rate: low, shareOfMean: mean === 0 ? null : low / mean, dayCount };
  },

  async peakDemand({ id }: BuildingReference, args: TypeArgs, context: EnergyContext) {
    const question = await askHours(context, id, args);
    const peak = question === null ? null : await context.loaders.peak.load(question);
    if (peak === null) return null;
    const { rate, time, mean } = peak;
    return { ...typeAndUnit(args.type), rate, time, loadFactor: rate === 0 ? null : mean / rate };
  },

  async dataQuality({ id }: BuildingReference, { range }: { range: TimeRange }, context: EnergyContext) {
    const building = await askBuilding(context, id);
    return building === null ? null : askQuality(context, building.meters, range);
  },

  anomalies: ({ id }: BuildingReference, args: AnomaliesArgs, context: EnergyContext) =>
    askAnomalies(context, { scope: 'building', key: id, tag: anomalyTag(id) }, args),

  async latestReadings(
    { id }: BuildingReference,
    args: { types?: readonly MeterType[] | null },
    context: EnergyContext,
  ) {
    const building = await askBuilding(context, id);
    const meters = building?.meters.filter(({ type }) => args.types?.includes(type) ?? true) ?? [];
    const readings = await Promise.all(meters.map((meter) => context.loaders.latestReading.load(meter)));
    return readings.filter((reading) => reading !== null);
  },
};

const typeAndUnit = (type: MeterType) => ({ type, unit: unitOf(type) });

/** A question about a building's hours; null when there is nothing to be asked. */
async function askHours(context: EnergyContext, id: string, { range, type }: TypeArgs) {
  const found = await askMetersOfType(context, id, type);
  if (found === null) return null;
  const { building, meters } = found;
  return {
    meters,
    zone: building.timeZone,
    range: await askDays(context, range, building.timeZone, mostDays.byHour),
  };
}
