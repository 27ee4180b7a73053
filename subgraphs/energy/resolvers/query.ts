import type { GraphQLResolveInfo } from 'graphql';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { rangeCoverage, sharedZone } from '../answers/coverage.ts';
import { type Ranking, rank } from '../answers/ranking.ts';
import type { EnergyContext } from '../context.ts';
import { type MeterType, unitOf } from '../domain.ts';
import { latestRuns } from '../quality/lineage/lineage-store.ts';
import { latestChecks } from '../quality/sync/sync-store.ts';
import { countMeters, type MeterConditions, pageMeters } from '../store/meters.ts';
import type { TimeRange } from '../time/time-range.ts';
import { anomalyQueries } from './anomaly.ts';
import { askDataEnd, askDays, askSeries, mostDays, type SeriesArgs, upTo } from './ask.ts';
import { askMeter } from './meter.ts';
import { type MetersPageArgs, meterConnection, meterPage } from './meter-connection.ts';
import { qualityQueries } from './quality.ts';

interface MeterFilter {
  readonly buildingIds?: readonly string[] | null;
  readonly siteIds?: readonly string[] | null;
  readonly types?: readonly MeterType[] | null;
  readonly text?: string | null;
}

interface TopArgs {
  readonly range: TimeRange;
  readonly type: MeterType;
  readonly by: Ranking;
  readonly siteIds?: readonly string[] | null;
  readonly first?: number | null;
}

/** Answers about the portfolio depend on every building, and are tagged `energy`. */
export const queryResolvers = {
  ...anomalyQueries,
  ...qualityQueries,

  meter: (_: unknown, { id }: { id: string }, context: EnergyContext) => askMeter(context, id),

  async meters(_: unknown, args: MetersPageArgs & { filter?: MeterFilter | null }, context: EnergyContext) {
    const page = meterPage(args);
    const conditions = conditionsOf(args.filter ?? {});
    const rows = await pageMeters(context.db, context.grant, conditions, {
      limit: page.first + 1,
      afterId: page.afterId,
    });
    context.tag(...rows.map(({ buildingId }) => `energy:${buildingId}`));
    // Counted only where it is asked for.
    return {
      ...meterConnection(rows, page),
      totalCount: () => countMeters(context.db, context.grant, conditions),
    };
  },

  async portfolioEnergy(
    _: unknown,
    args: SeriesArgs & { siteIds?: readonly string[] | null },
    context: EnergyContext,
    info: GraphQLResolveInfo,
  ) {
    context.tag('energy');
    const buildings = await context.loaders.portfolio(args.siteIds ?? null);
    return askSeries(
      context,
      buildings.flatMap(({ meters }) => meters),
      args,
      mostDays.byHourOfMany,
      info,
    );
  },

  async topConsumers(_: unknown, { range, type, by, siteIds, first }: TopArgs, context: EnergyContext) {
    context.tag('energy');
    const wanted = first ?? 10;
    if (wanted < 1 || wanted > 100)
      throw new EaioError('BAD_USER_INPUT', `The argument "first" takes 1 to 100, not ${wanted}.`);
    const candidates = (await context.loaders.portfolio(siteIds ?? null))
      .map((building) => ({ building, meters: building.meters.filter((meter) => meter.type === type) }))
      .filter(({ meters }) => meters.length > 0);
    const zone = sharedZone(candidates.flatMap(({ meters }) => meters)) ?? 'UTC';
    const days = await askDays(context, range, zone, mostDays.byDay);
    const dataEndMs = await askDataEnd(context);
    const measured = await Promise.all(
      candidates.map(async ({ building, meters }) => {
        const total = await context.loaders.total.load({ meters, range: days });
        return total === null ? [] : [{ building, meters, total }];
      }),
    );
    return rank(measured.flat(), by)
      .slice(0, wanted)
      .map(({ building, meters, total, ...place }) => ({
        ...place,
        building: { id: building.id },
        unit: unitOf(type),
        total: total.sum,
        coverage: rangeCoverage(
          { meters, range: days, timeZone: building.timeZone },
          total.coveredSeconds,
          dataEndMs,
        ),
      }));
  },

  syncChecks(_: unknown, { first }: { first?: number | null }, context: EnergyContext) {
    return latestChecks(context.db, upTo(100, 'first', first ?? 10));
  },

  lineageRuns(
    _: unknown,
    { job, first }: { job?: string | null; first?: number | null },
    context: EnergyContext,
  ) {
    return latestRuns(context.db, job ?? null, upTo(200, 'first', first ?? 20));
  },

  async asOf(_: unknown, __: unknown, context: EnergyContext) {
    context.tag('energy');
    const known = await context.loaders.dataClock();
    return known === null ? null : new Date(known.asOfMs);
  },
};

const maxTextLength = 200;

/** @throws EaioError BAD_USER_INPUT for a text that can't be meant. */
function conditionsOf({ buildingIds, siteIds, types, text }: MeterFilter): MeterConditions {
  const length = text?.length ?? 0;
  if (length > maxTextLength)
    throw new EaioError('BAD_USER_INPUT', `"text" takes up to ${maxTextLength} characters, not ${length}.`);
  return {
    buildingIds: buildingIds ?? null,
    siteIds: siteIds ?? null,
    types: types ?? null,
    words: (text ?? '').split(/\s+/).filter((word) => word !== ''),
  };
}
