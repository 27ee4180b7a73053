import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { addDays, addMonths, countDays, type LocalDate, startOfMonth, startOfYear } from './local-date.ts';
import { localDateAt } from './zone.ts';

export type Period =
  | 'TODAY'
  | 'YESTERDAY'
  | 'LAST_7_DAYS'
  | 'LAST_30_DAYS'
  | 'LAST_12_MONTHS'
  | 'THIS_MONTH'
  | 'LAST_MONTH'
  | 'THIS_YEAR'
  | 'LAST_YEAR';

/** GraphQL's `TimeRange`: either `period`, or `from` and `to`. */
export interface TimeRange {
  readonly period?: Period | null;
  readonly from?: LocalDate | null;
  readonly to?: LocalDate | null;
}

/** Whole calendar days, both ends included. */
export interface DayRange {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

export const earliestDay: LocalDate = '1970-01-01';
export const latestDay: LocalDate = '2099-12-31';

export interface ResolveOptions {
  /** The newest reading, Unix ms: periods are relative to its day. */
  readonly asOfMs: number;
  /** The zone in which that day is taken. */
  readonly zone: string;
  readonly maxDays: number;
  /** What to do about a range that is too long, for the error: `Ask for DAY, or for fewer days.` */
  readonly remedy: string;
}

/**
 * The days that a `TimeRange` means.
 * @throws EaioError BAD_USER_INPUT, saying what is allowed.
 */
export function resolveDays(range: TimeRange, { asOfMs, zone, maxDays, remedy }: ResolveOptions): DayRange {
  const days = daysOf(range, localDateAt(asOfMs, zone));
  if (days.from > days.to)
    throw bad(`\`from\` (${days.from}) is after \`to\` (${days.to}): the first day comes first.`);
  if (days.from < earliestDay || days.to > latestDay) {
    throw bad(
      `Days from ${earliestDay} to ${latestDay} are allowed; ${days.from} to ${days.to} is asked for.`,
    );
  }
  const count = countDays(days.from, days.to);
  if (count > maxDays)
    throw bad(`At most ${maxDays} days are allowed here; ${days.from} to ${days.to} has ${count}. ${remedy}`);
  return days;
}

function daysOf({ period, from, to }: TimeRange, today: LocalDate): DayRange {
  const absolute = (from ?? null) !== null || (to ?? null) !== null;
  if (period !== undefined && period !== null) {
    if (absolute) throw bad('Either `period`, or `from` and `to`; not both.');
    return daysOfPeriod(period, today);
  }
  if (from === undefined || from === null || to === undefined || to === null) {
    throw bad(
      absolute
        ? '`from` and `to` go together: name the first and the last day.'
        : 'Either `period` (such as LAST_7_DAYS), or `from` and `to` (such as 2017-06-01 and 2017-06-30), is needed.',
    );
  }
  return { from, to };
}

/** The days of a named period when `today` is the newest reading's day. */
export function daysOfPeriod(period: Period, today: LocalDate): DayRange {
  const month = startOfMonth(today);
  const year = startOfYear(today);
  switch (period) {
    case 'TODAY':
      return { from: today, to: today };
    case 'YESTERDAY':
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case 'LAST_7_DAYS':
      return { from: addDays(today, -6), to: today };
    case 'LAST_30_DAYS':
      return { from: addDays(today, -29), to: today };
    case 'LAST_12_MONTHS':
      return { from: addDays(addMonths(today, -12), 1), to: today };
    case 'THIS_MONTH':
      return { from: month, to: today };
    case 'LAST_MONTH':
      return { from: addMonths(month, -1), to: addDays(month, -1) };
    case 'THIS_YEAR':
      return { from: year, to: today };
    case 'LAST_YEAR':
      return { from: addMonths(year, -12), to: addDays(year, -1) };
  }
}

/** The same number of days, just before. */
export function previousDays({ from, to }: DayRange): DayRange {
  return { from: addDays(from, -countDays(from, to)), to: addDays(from, -1) };
}

/** The same dates one year earlier; 29 February becomes the 28th. */
export function daysOneYearEarlier({ from, to }: DayRange): DayRange {
  return { from: addMonths(from, -12), to: addMonths(to, -12) };
}

const bad = (message: string): EaioError =>
  new EaioError('BAD_USER_INPUT', `range: ${message}`, { details: { argument: 'range' } });
