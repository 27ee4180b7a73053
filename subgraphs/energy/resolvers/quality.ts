import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { EnergyContext } from '../context.ts';
import { addCounts, type MeasureName, noCounts, toMeasures } from '../quality/metrics/measures.ts';
import { type QualityCounts, type QualityDay, readQuality } from '../quality/metrics/quality-store.ts';
import type { QualityFell } from '../quality/metrics/watch.ts';
import type { EnergyMeter } from '../store/buildings.ts';
import type { DayRange, TimeRange } from '../time/time-range.ts';
import { askDataEnd, askDays, mostDays, upTo } from './ask.ts';

/** How the data of some meters came in, by day. */
export async function askQuality(context: EnergyContext, meters: readonly EnergyMeter[], range: TimeRange) {
  const days = await askDays(context, range, meters[0]?.timeZone ?? 'UTC', mostDays.byHour);
  return toQuality(days, await context.loaders.quality.load({ meters, range: days }));
}

type MeasureCode = Uppercase<MeasureName>;
const nameOf = (code: MeasureCode): MeasureName => code.toLowerCase() as Lowercase<MeasureCode>;

export const qualityQueries = {
  async portfolioDataQuality(_: unknown, { range }: { range: TimeRange }, context: EnergyContext) {
    const { days, byMeter } = await ofPortfolio(context, range);
    return toQuality(
      days,
      [...byMeter.values()].map(({ counts }) => ({ ...counts, date: null })),
    );
  },

  async worstMeters(
    _: unknown,
    { range, by, first }: { range: TimeRange; by: MeasureCode; first?: number | null },
    context: EnergyContext,
  ) {
    const most = upTo(100, 'first', first ?? 10);
    const { days, byMeter } = await ofPortfolio(context, range);
    return [...byMeter.values()]
      .flatMap(({ meter, counts }) => {
        const value = toMeasures(counts)[nameOf(by)];
        return value === null ? [] : [{ meter, counts, value }];
      })
      .sort((a, b) => a.value - b.value || (a.meter.id < b.meter.id ? -1 : 1))
      .slice(0, most)
      .map(({ meter, counts, value }, index) => ({
        rank: index + 1,
        meter,
        value,
        quality: toQuality(days, [{ ...counts, date: null }]),
      }));
  },
};

/** Sums of each meter that may be seen, in one statement. */
async function ofPortfolio(context: EnergyContext, range: TimeRange) {
  context.tag('energy');
  const meters = (await context.loaders.portfolio(null)).flatMap((building) => building.meters);
  const days = await askDays(context, range, 'UTC', mostDays.byHour);
  const dataEndMs = await askDataEnd(context);
  const targets = meters.map(({ meterNo }, key) => ({ key, meterNo, ...days }));
  const found =
    dataEndMs === null
      ? new Map<number, readonly QualityDay[]>()
      : await readQuality(context.db, context.grant, targets, { dataEndMs, byDay: false });
  const byMeter = new Map(
    meters.flatMap((meter, key) => {
      const counts = found.get(key)?.[0];
      return counts === undefined ? [] : [[meter.meterNo, { meter, counts }] as const];
    }),
  );
  return { days, byMeter };
}

function toQuality({ from, to }: DayRange, days: readonly QualityDay[]) {
  const total = days.reduce<QualityCounts>(addCounts, noCounts);
  return {
    ...{ from, to },
    ...toMeasures(total),
    readings: total.readings,
    estimated: total.estimated,
    days: days.flatMap((day) =>
      day.date === null || day.expectedSeconds <= 0
        ? []
        : [{ date: day.date, ...toMeasures(day), readings: day.readings, estimated: day.estimated }],
    ),
  };
}

export const qualitySubscriptions = {
  dataQualityFell: {
    async subscribe(
      _: unknown,
      { buildingIds }: { buildingIds?: readonly string[] | null },
      context: EnergyContext,
    ) {
      const named = buildingIds ?? null;
      if (named?.length === 0)
        throw new EaioError(
          'BAD_USER_INPUT',
          'buildingIds is an empty list: name at least one, or leave it out for all.',
        );
      const allowed = context.grant === null ? null : new Set(context.grant);
      const wanted = named === null ? null : new Set(named);
      return context.live.qualityFell({
        wants: ({ buildingId }) => (allowed?.has(buildingId) ?? true) && (wanted?.has(buildingId) ?? true),
        after: context.after,
        signal: context.signal ?? new AbortController().signal,
      });
    },
  },
};

export const fallResolvers = {
  meter: ({ meterId, buildingId, type }: QualityFell) => ({ id: meterId, buildingId, type }),
  measure: ({ measure }: QualityFell) => measure.toUpperCase(),
};
