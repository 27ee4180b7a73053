import DataLoader from 'dataloader';
import type { Edit } from './quality/editing/edit.ts';
import { latestEdits } from './quality/editing/edit-store.ts';
import { type LineageSpan, type ReadingLineage, readLineage } from './quality/lineage/reading-lineage.ts';
import { type QualityDay, readQuality } from './quality/metrics/quality-store.ts';
import {
  answering,
  answeringByHour,
  dayTargets,
  instantTargets,
  type Keyed,
  loadTargets,
  type Question,
} from './questions.ts';
import {
  type AnomalyConditions,
  type AnomalyPage,
  type AnomalyScope,
  pageAnomalies,
  type StoredAnomaly,
} from './store/anomalies.ts';
import {
  type EnergyBuilding,
  type EnergyMeter,
  findBuildings,
  findBuildingsOfSites,
} from './store/buildings.ts';
import { type DataClock, readDataClock } from './store/data-clock.ts';
import type { Database, Grant } from './store/database.ts';
import { type CoverTarget, type DaySum, sumDays, sumMonths, sumTotals, sumWeeks } from './store/days.ts';
import { type EstimatedHour, findEstimated } from './store/estimated.ts';
import { type HourSum, sumHours } from './store/hours.ts';
import {
  averageDailyLows,
  type DailyLows,
  findPeaks,
  type PeakHour,
  profileWeeks,
  type WeekHour,
} from './store/load.ts';
import { findMeters } from './store/meters.ts';
import { findReadingsAt, pageReadings, type ReadingsPage, type StoredReading } from './store/readings.ts';
import type { Sum } from './store/targets.ts';
import { coverByMonths, instantsOf } from './time/buckets.ts';
import { latestDay } from './time/time-range.ts';
import { localDateAt } from './time/zone.ts';

/**
 * What one operation reads, each kind by one statement for all that ask in the same turn, whatever their ranges:
 * a list of 20 buildings costs what one costs. Made anew for each operation; nothing is shared between callers.
 */
export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders({ db, grant }: { readonly db: Database; readonly grant: Grant }) {
  let clock: Promise<DataClock | null> | undefined;
  const dataClock = (): Promise<DataClock | null> => {
    clock ??= readDataClock(db, grant);
    return clock;
  };

  const meter = new DataLoader<string, EnergyMeter | null>(async (ids) => {
    const found = new Map((await findMeters(db, grant, ids)).map((one) => [one.id, one]));
    return ids.map((id) => found.get(id) ?? null);
  });
  const withMeters = async (
    found: Promise<readonly EnergyBuilding[]>,
  ): Promise<readonly EnergyBuilding[]> => {
    const buildings = await found;
    for (const one of buildings.flatMap(({ meters }) => meters)) meter.prime(one.id, one);
    return buildings;
  };

  const coverTargets = async (questions: readonly Keyed<Question>[]): Promise<readonly CoverTarget[]> => {
    const asOfMs = (await dataClock())?.asOfMs;
    return questions.flatMap(([key, { meters, range }]) => {
      const cover = coverByMonths(range, lastDayOf(meters, asOfMs));
      return meters.map(({ meterNo }) => ({ key, meterNo, ...cover }));
    });
  };

  return {
    /** Null when there is no such building, or it may not be seen. */
    building: new DataLoader<string, EnergyBuilding | null>(async (ids) => {
      const found = new Map((await withMeters(findBuildings(db, grant, ids))).map((one) => [one.id, one]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    /** The site's buildings that may be seen. */
    site: new DataLoader<string, readonly EnergyBuilding[]>(async (ids) => {
      const found = Map.groupBy(
        await withMeters(findBuildingsOfSites(db, grant, ids)),
        ({ siteId }) => siteId,
      );
      return ids.map((id) => found.get(id) ?? []);
    }),
    /** All buildings that may be seen, of the sites given when any are. */
    portfolio: (siteIds: readonly string[] | null) => withMeters(findBuildingsOfSites(db, grant, siteIds)),
    /** Null when there is no such meter, or it may not be seen. */
    meter,
    /** Null before the first reading. */
    dataClock,
    /** Null before the first. */
    latestReading: new DataLoader<EnergyMeter, StoredReading | null, number>(
      async (meters) => {
        const places = meters.flatMap(({ meterNo, lastReadingAt }) =>
          lastReadingAt === null ? [] : [{ meterNo, time: lastReadingAt }],
        );
        const found = places.length === 0 ? null : await findReadingsAt(db, grant, places);
        return meters.map(({ meterNo }) => found?.get(meterNo) ?? null);
      },
      { cacheKeyFn: ({ meterNo }) => meterNo },
    ),
    /** One statement for each distinct page: buildings and meters of a list share theirs. */
    anomalies: new DataLoader<AnomaliesKey, readonly StoredAnomaly[]>(
      async (keys) => {
        const nameOf = ({ key: _, ...asked }: AnomaliesKey): string => JSON.stringify(asked);
        const found = await Promise.all(
          [...Map.groupBy(keys, nameOf)].map(
            async ([name, some]) => [name, await anomaliesOf(db, grant, some)] as const,
          ),
        );
        const pages = new Map(found);
        return keys.map((one) => pages.get(nameOf(one))?.get(one.key) ?? []);
      },
      { cache: false },
    ),
    /** One statement for each distinct page: meters of a list share theirs. */
    readings: new DataLoader<ReadingsKey, readonly StoredReading[]>(
      async (keys) => {
        const byPage = Map.groupBy(keys, ({ page }) => JSON.stringify(page));
        const found = await Promise.all(
          [...byPage].map(async ([name, some]) => [name, await readingsOfPage(db, grant, some)] as const),
        );
        const pages = new Map(found);
        return keys.map(({ meterNo, page }) => pages.get(JSON.stringify(page))?.get(meterNo) ?? []);
      },
      { cache: false },
    ),

    days: answering<Question, readonly DaySum[]>((all) => sumDays(db, grant, all.flatMap(dayTargets)), []),
    weeks: answering<Question, readonly DaySum[]>((all) => sumWeeks(db, grant, all.flatMap(dayTargets)), []),
    months: answering<Question, readonly DaySum[]>(
      async (all) => sumMonths(db, grant, await coverTargets(all)),
      [],
    ),
    /** Null when nothing was measured. */
    total: answering<Question, Sum | null>(
      async (all) => sumTotals(db, grant, await coverTargets(all)),
      null,
    ),
    hours: answeringByHour<readonly HourSum[]>(
      (all, source) => sumHours(db, grant, all.flatMap(instantTargets), source),
      [],
    ),
    /** Time that estimates cover, by hour; those of several zones in each meter's own days. */
    estimated: answering<Question & { readonly zone: string | null }, readonly EstimatedHour[]>(
      (all) =>
        findEstimated(
          db,
          grant,
          all.flatMap(([key, { meters, range, zone }]) =>
            meters.map(({ meterNo, timeZone }) => ({ key, meterNo, ...instantsOf(range, zone ?? timeZone) })),
          ),
        ),
      [],
    ),
    /** How data came in, by day. */
    quality: answering<Question, readonly QualityDay[]>(async (all) => {
      const clock = await dataClock();
      return clock === null
        ? new Map()
        : readQuality(db, grant, all.flatMap(dayTargets), { dataEndMs: clock.endMs, byDay: true });
    }, []),
    lineage: new DataLoader<LineageSpan, ReadingLineage>((spans) => readLineage(db, grant, spans), {
      cache: false,
    }),
    /** A meter's newest edits; one statement for each distinct number of them. */
    edits: new DataLoader<{ readonly meterNo: number; readonly limit: number }, readonly Edit[]>(
      async (keys) => {
        const byLimit = Map.groupBy(keys, ({ limit }) => limit);
        const found = new Map(
          await Promise.all(
            [...byLimit].map(
              async ([limit, some]) =>
                [
                  limit,
                  await latestEdits(
                    db,
                    grant,
                    some.map(({ meterNo }) => meterNo),
                    limit,
                  ),
                ] as const,
            ),
          ),
        );
        return keys.map(({ meterNo, limit }) => found.get(limit)?.get(meterNo) ?? []);
      },
      { cache: false },
    ),
    profile: answeringByHour<readonly WeekHour[]>(
      (all, source) => profileWeeks(db, grant, all.flatMap(loadTargets), source),
      [],
    ),
    dailyLows: answeringByHour<DailyLows | null>(
      (all, source) => averageDailyLows(db, grant, all.flatMap(loadTargets), source),
      null,
    ),
    peak: answeringByHour<PeakHour | null>(
      (all, source) => findPeaks(db, grant, all.flatMap(loadTargets), source),
      null,
    ),
  };
}

interface AnomaliesKey {
  readonly scope: AnomalyScope;
  /** A building's or a meter's id; empty for all. */
  readonly key: string;
  readonly conditions: AnomalyConditions;
  readonly page: AnomalyPage;
}

/** @param keys of one page, and so at least one. */
async function anomaliesOf(db: Database, grant: Grant, keys: readonly AnomaliesKey[]) {
  const [first] = keys;
  if (first === undefined) return new Map<string, readonly StoredAnomaly[]>();
  const asked = { scope: first.scope, keys: [...new Set(keys.map(({ key }) => key))] };
  return pageAnomalies(db, grant, asked, first.conditions, first.page);
}

interface ReadingsKey {
  readonly meterNo: number;
  readonly page: ReadingsPage;
}

/** @param keys of one page, and so at least one. */
async function readingsOfPage(db: Database, grant: Grant, keys: readonly ReadingsKey[]) {
  const [first] = keys;
  if (first === undefined) return new Map<number, readonly StoredReading[]>();
  return pageReadings(db, grant, [...new Set(keys.map(({ meterNo }) => meterNo))], first.page);
}

/** The local day behind which no meter has readings, in whatever zone: months that end after it are whole. */
const lastDayOf = (meters: readonly EnergyMeter[], asOfMs: number | undefined): string =>
  asOfMs === undefined
    ? latestDay
    : ([...new Set(meters.map(({ timeZone }) => timeZone))]
        .map((zone) => localDateAt(asOfMs, zone))
        .sort()
        .at(-1) ?? latestDay);
