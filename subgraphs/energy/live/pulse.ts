import { type MeterType, type Unit, unitOf } from '../domain.ts';
import type { LocalDate } from '../time/local-date.ts';
import { sameTimeOnMs } from '../time/zone.ts';

/** GraphQL's `EnergyPulse`, of one building and meter type. */
export interface EnergyPulse {
  readonly buildingId: string;
  readonly type: MeterType;
  readonly unit: Unit;
  readonly asOf: Date | null;
  readonly currentRate: number | null;
  readonly date: LocalDate | null;
  readonly today: number | null;
  readonly normalByNow: number | null;
  readonly ratio: number | null;
  readonly status: 'BELOW_NORMAL' | 'NORMAL' | 'ABOVE_NORMAL' | 'UNKNOWN';
}

export interface PulseReading {
  readonly meterId: string;
  /** Start of the interval, Unix ms. */
  readonly timeMs: number;
  readonly intervalSeconds: number;
  readonly value: number;
}

/** A local day and what was read on it. */
export interface PulseDay {
  readonly date: LocalDate;
  /** Unix ms: start included, end excluded. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly readings: readonly PulseReading[];
}

export interface PulseOptions {
  readonly buildingId: string;
  readonly type: MeterType;
  readonly zone: string;
  /** The building's meters of the type. */
  readonly meterIds: readonly string[];
  /** The day of the newest reading, and the same weekdays before it; empty before the first reading. */
  readonly days: readonly PulseDay[];
}

/** Days of which readings cover less so far say nothing about a normal day. */
const wantedCoverage = 0.95;
const wantedDays = 3;
const [lowRatio, highRatio] = [0.8, 1.2];

/** The pulse of one building, kept in memory from reading to reading: some hundred readings of nine days. */
export interface Pulse {
  /**
   * Takes in readings of the building and type.
   * `stale` when they begin a new day or come from a meter not known yet: then the pulse is to be made anew.
   */
  apply(readings: readonly PulseReading[]): 'current' | 'stale';
  read(): EnergyPulse;
}

export function createPulse({ buildingId, type, zone, meterIds, days }: PulseOptions): Pulse {
  const known = new Set(meterIds);
  const kept = days.map((day) => ({
    ...day,
    readings: new Map(day.readings.map((one) => [keyOf(one), one])),
  }));
  const [newest, ...earlier] = kept;

  return {
    apply(readings) {
      for (const reading of readings) {
        if (newest === undefined || reading.timeMs >= newest.toMs || !known.has(reading.meterId))
          return 'stale';
        const day = kept.find(({ fromMs, toMs }) => reading.timeMs >= fromMs && reading.timeMs < toMs);
        day?.readings.set(keyOf(reading), reading);
      }
      return 'current';
    },

    read() {
      const last = newestOfEach(newest?.readings.values() ?? []);
      if (newest === undefined || last.size === 0)
        return { ...nothing, buildingId, type, unit: unitOf(type) };
      const asOfMs = Math.max(...last.values().map(({ timeMs }) => timeMs));
      const today = sum(newest.readings.values().map(({ value }) => value));
      const asOfInterval = Math.max(
        ...last
          .values()
          .filter(({ timeMs }) => timeMs === asOfMs)
          .map(({ intervalSeconds }) => intervalSeconds),
      );
      const normalByNow = median(
        earlier.flatMap((day) => {
          const byNowMs = sameTimeOnMs(day.date, asOfMs, zone);
          const readings = [...day.readings.values()].filter(
            ({ meterId, timeMs }) => last.has(meterId) && timeMs <= byNowMs,
          );
          const couldCover =
            last.size * (Math.min(byNowMs / 1000 + asOfInterval, day.toMs / 1000) - day.fromMs / 1000);
          const covered = sum(readings.map(({ intervalSeconds }) => intervalSeconds));
          return covered < wantedCoverage * couldCover ? [] : [sum(readings.map(({ value }) => value))];
        }),
      );
      const ratio = normalByNow === null || normalByNow === 0 ? null : today / normalByNow;
      return {
        buildingId,
        type,
        unit: unitOf(type),
        asOf: new Date(asOfMs),
        currentRate: sum(
          last.values().map(({ value, intervalSeconds }) => value * (3_600 / intervalSeconds)),
        ),
        date: newest.date,
        today,
        normalByNow,
        ratio,
        status: statusOf(ratio),
      };
    },
  };
}

const nothing = {
  asOf: null,
  currentRate: null,
  date: null,
  today: null,
  normalByNow: null,
  ratio: null,
  status: 'UNKNOWN',
} as const;

const keyOf = ({ meterId, timeMs }: PulseReading): string => `${meterId} ${timeMs}`;

function newestOfEach(readings: Iterable<PulseReading>): ReadonlyMap<string, PulseReading> {
  const last = new Map<string, PulseReading>();
  for (const reading of readings) {
    if (reading.timeMs >= (last.get(reading.meterId)?.timeMs ?? -Infinity))
      last.set(reading.meterId, reading);
  }
  return last;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Null with fewer than three values. */
function median(values: readonly number[]): number | null {
  if (values.length < wantedDays) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function statusOf(ratio: number | null): EnergyPulse['status'] {
  if (ratio === null) return 'UNKNOWN';
  if (ratio < lowRatio) return 'BELOW_NORMAL';
  return ratio > highRatio ? 'ABOVE_NORMAL' : 'NORMAL';
}
