import { DateTime } from 'luxon';
import { addDays, type LocalDate } from '../../time/local-date.ts';
import { localDateAt, startOfDayMs } from '../../time/zone.ts';
import { type Basis, type Estimate, type Gap, startsOf } from './basis.ts';

export interface LikeDaysOptions {
  /** How many like days are averaged, the nearest first. */
  readonly wanted: number;
  /** With fewer there is no estimate. */
  readonly needed: number;
  /** How far away, before and after the gap, a like day may be. */
  readonly weeks: number;
}

const dayMs = 86_400_000;

/**
 * The mean of the same local time on like days: the nearest days of the same class (Monday to Friday, Saturday, Sunday),
 * before and after, that measured it. Then scaled by what the day around the gap used against its own like days, so
 * that a cold week is filled in as a cold one. Null when any interval has too few like days.
 */
export function fromLikeDays(basis: Basis, gap: Gap, options: LikeDaysOptions): Estimate | null {
  const shape = startsOf(gap, basis.intervalMs).map((timeMs) => meanOfLikeDays(basis, gap, timeMs, options));
  if (!shape.every((value) => value !== null)) return null;
  const scale = scaleAround(basis, gap, options);
  return shape.map((value) => value * scale);
}

/** @param gap whose own days don't count: what surrounds it is what the scale is measured by. */
function meanOfLikeDays(
  { timeZone, valueAt }: Basis,
  gap: Gap,
  timeMs: number,
  { wanted, needed, weeks }: LikeDaysOptions,
): number | null {
  const date = localDateAt(timeMs, timeZone);
  const clockMs = clockOf(timeMs, timeZone);
  const values: number[] = [];
  for (const day of nearestLikeDays(date, weeks)) {
    const startMs = startOfDayMs(day, timeZone);
    // On a day whose clocks change the same time of day is another number of hours from its start.
    if (startOfDayMs(addDays(day, 1), timeZone) - startMs !== dayMs) continue;
    const at = startMs + clockMs;
    const value = at > gap.fromMs - dayMs && at < gap.toMs + dayMs ? undefined : valueAt.get(at);
    if (value !== undefined) values.push(value);
    if (values.length === wanted) break;
  }
  return values.length < needed ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What the wall clock shows, in ms from midnight. */
function clockOf(timeMs: number, timeZone: string): number {
  const { hour, minute, second } = DateTime.fromMillis(timeMs, { zone: timeZone });
  return ((hour * 60 + minute) * 60 + second) * 1_000;
}

const weekdayOf = (date: LocalDate): number => new Date(`${date}T00:00:00Z`).getUTCDay();
/** Monday to Friday are alike; Saturday and Sunday are each of their own kind. */
const classOf = (date: LocalDate): number =>
  ((weekday) => (weekday >= 1 && weekday <= 5 ? 1 : weekday))(weekdayOf(date));

/** Nearest first; of two equally near ones the earlier. Made one by one: the first few are mostly enough. */
function* nearestLikeDays(date: LocalDate, weeks: number): Generator<LocalDate> {
  const kind = classOf(date);
  for (let distance = 1; distance <= weeks * 7; distance += 1) {
    for (const day of [addDays(date, -distance), addDays(date, distance)])
      if (classOf(day) === kind) yield day;
  }
}

/** A scale outside of these says that the surroundings are odd themselves. */
const [leastScale, mostScale] = [0.5, 2] as const;
/** The surroundings must tell of this much time. */
const leastAroundMs = 6 * 3_600_000;

function scaleAround(basis: Basis, gap: Gap, options: LikeDaysOptions): number {
  const around = [
    ...startsOf({ fromMs: gap.fromMs - dayMs, toMs: gap.fromMs }, basis.intervalMs),
    ...startsOf({ fromMs: gap.toMs, toMs: gap.toMs + dayMs }, basis.intervalMs),
  ].flatMap((timeMs) => {
    const value = basis.valueAt.get(timeMs);
    const usual = value === undefined ? null : meanOfLikeDays(basis, gap, timeMs, options);
    return value === undefined || usual === null ? [] : [{ value, usual }];
  });
  const usual = around.reduce((sum, each) => sum + each.usual, 0);
  if (around.length * basis.intervalMs < leastAroundMs || usual <= 0) return 1;
  const scale = around.reduce((sum, { value }) => sum + value, 0) / usual;
  return Math.min(mostScale, Math.max(leastScale, scale));
}
