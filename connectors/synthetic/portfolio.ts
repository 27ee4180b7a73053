import type { BuildingFacts, SiteFacts } from '../facts.ts';
import type { MeterSeries } from '../meter-series.ts';
import type { SyntheticFaultKind } from './faults.ts';
import { readHistory } from './history.ts';
import { planPortfolio } from './portfolio-plan.ts';
import { createSiteMonths } from './site-months.ts';
import { createSyntheticMeters, type SyntheticMeter } from './synthetic-meter.ts';

export interface SyntheticPortfolioOptions {
  readonly seed: number;
  readonly buildings?: number;
  readonly sites?: number;
}

/** A fault that is in the data: what detection is scored against. */
export interface InjectedFault {
  readonly meterId: string;
  readonly kind: SyntheticFaultKind;
  /** RFC 3339, start of the first hour. */
  readonly from: string;
  /** RFC 3339, end of the last hour. */
  readonly to: string;
  readonly hours: number;
  /** What values are multiplied by, for the kinds that do. */
  readonly factor: number | null;
  /** Reported minus true over the whole fault, in kWh or litres; a gap's readings count as nothing. */
  readonly effect: number;
}

/** Instants in Unix milliseconds; whole hours. `to` is excluded. */
export interface HistoryRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface SyntheticPortfolio {
  readonly seed: number;
  readonly sites: readonly SiteFacts[];
  readonly buildings: readonly BuildingFacts[];
  readonly meters: readonly SyntheticMeter[];
  /** Hourly readings, month by UTC month and meter by meter; readings that a DUPLICATE fault repeats come again behind their month. */
  history(range: HistoryRange & { readonly batchReadings?: number }): AsyncGenerator<readonly MeterSeries[]>;
  /** Faults that touch the range, by meter and time. */
  listFaults(range: HistoryRange): readonly InjectedFault[];
}

const hourMs = 3_600_000;

/** The history that a new system starts with: about two years, from a month's start to the last full hour. */
export function defaultHistory(nowMs: number, years = 2): HistoryRange {
  const now = new Date(nowMs);
  return {
    fromMs: Date.UTC(now.getUTCFullYear() - years, now.getUTCMonth(), 1),
    toMs: Math.floor(nowMs / hourMs) * hourMs,
  };
}

/**
 * A made-up portfolio whose every reading is a pure function of the options, the meter and the hour: two processes, or
 * one before and after a restart, agree on all of it.
 */
export function createSyntheticPortfolio({
  seed,
  buildings = 60,
  sites = 4,
}: SyntheticPortfolioOptions): SyntheticPortfolio {
  const plan = planPortfolio({ seed, buildings, sites });
  const monthsOfSite = new Map(
    plan.climates.map((climate) => [climate.siteId, createSiteMonths(seed, climate)]),
  );
  const meters = plan.buildings.flatMap((building) => {
    const months = monthsOfSite.get(building.climate.siteId) ?? createSiteMonths(seed, building.climate);
    return createSyntheticMeters(seed, building, months);
  });

  return {
    seed,
    sites: plan.sites,
    buildings: plan.buildings.map(({ facts }) => facts),
    meters,
    history: ({ fromMs, toMs, batchReadings = 250_000 }) =>
      readHistory({ meters, fromHour: wholeHour(fromMs), toHour: wholeHour(toMs), batchReadings }),
    listFaults: ({ fromMs, toMs }) =>
      meters.flatMap((meter) =>
        meter.faults.during(wholeHour(fromMs), wholeHour(toMs)).map(({ kind, fromHour, toHour, factor }) => ({
          meterId: meter.facts.id,
          kind,
          from: new Date(fromHour * hourMs).toISOString(),
          to: new Date(toHour * hourMs).toISOString(),
          hours: toHour - fromHour,
          factor,
          effect: effectOf(meter, fromHour, toHour),
        })),
      ),
  };
}

function effectOf({ model, faults }: SyntheticMeter, fromHour: number, toHour: number): number {
  const healthy = model.hours(fromHour, toHour);
  return faults
    .reported(fromHour, toHour)
    .reduce((sum, value, index) => sum + (Number.isNaN(value) ? 0 : value) - (healthy[index] as number), 0);
}

function wholeHour(ms: number): number {
  if (ms % hourMs !== 0)
    throw new RangeError(`History is made of whole hours; ${new Date(ms).toISOString()} is not one.`);
  return ms / hourMs;
}
