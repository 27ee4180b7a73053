import { addDays, addMonths, type LocalDate, startOfMonth, startOfWeek } from './local-date.ts';
import type { DayRange } from './time-range.ts';
import { localDateAt, startOfDayMs } from './zone.ts';

export type Interval = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';

/** A stretch of time that one point of a series stands for. */
export interface Bucket {
  /** Unix ms, included. */
  readonly startMs: number;
  /** Unix ms, excluded. */
  readonly endMs: number;
  /** The local day on which it begins. */
  readonly date: LocalDate;
}

const hourMs = 3_600_000;

/**
 * The buckets of a range of days in a zone, in the order of time and without holes. The first and the last are cut at
 * the range's ends. Hours are an hour long from local midnight on, so that a day on which clocks change has 23 or 25 of
 * them, and where clocks change by half an hour the day's last one is half an hour long.
 */
export function bucketsOf(range: DayRange, interval: Interval, zone: string): readonly Bucket[] {
  return interval === 'HOUR' ? hoursOf(range, zone) : spansOf(range, interval, zone);
}

function hoursOf(range: DayRange, zone: string): readonly Bucket[] {
  const buckets: Bucket[] = [];
  for (let date = range.from; date <= range.to; date = addDays(date, 1)) {
    const endMs = startOfDayMs(addDays(date, 1), zone);
    for (let startMs = startOfDayMs(date, zone); startMs < endMs; startMs += hourMs) {
      buckets.push({ startMs, endMs: Math.min(startMs + hourMs, endMs), date });
    }
  }
  return buckets;
}

function spansOf(range: DayRange, interval: Exclude<Interval, 'HOUR'>, zone: string): readonly Bucket[] {
  const buckets: Bucket[] = [];
  let date = range.from;
  while (date <= range.to) {
    const next = nextSpan(date, interval);
    const end = next <= range.to ? next : addDays(range.to, 1);
    buckets.push({ startMs: startOfDayMs(date, zone), endMs: startOfDayMs(end, zone), date });
    date = end;
  }
  return buckets;
}

/** The first day of the span after the one that holds `date`. */
function nextSpan(date: LocalDate, interval: Exclude<Interval, 'HOUR'>): LocalDate {
  switch (interval) {
    case 'DAY':
      return addDays(date, 1);
    case 'WEEK':
      return addDays(startOfWeek(date), 7);
    case 'MONTH':
      return addMonths(startOfMonth(date), 1);
  }
}

/** The whole bucket in which an instant (Unix ms) falls. */
export function bucketAt(atMs: number, interval: Interval, zone: string): Bucket {
  const date = localDateAt(atMs, zone);
  const range = wholeSpans[interval](date);
  const bucket = bucketsOf(range, interval, zone).findLast(({ startMs }) => startMs <= atMs);
  if (bucket === undefined) throw new RangeError(`no ${interval} holds ${atMs} in zone ${zone}`);
  return bucket;
}

const wholeSpans = {
  HOUR: (date) => ({ from: date, to: date }),
  DAY: (date) => ({ from: date, to: date }),
  WEEK: (date) => ({ from: startOfWeek(date), to: addDays(startOfWeek(date), 6) }),
  MONTH: (date) => ({ from: startOfMonth(date), to: addDays(addMonths(startOfMonth(date), 1), -1) }),
} as const satisfies Record<Interval, (date: LocalDate) => DayRange>;

/** The whole range as instants, Unix ms: start included, end excluded. */
export function instantsOf(
  range: DayRange,
  zone: string,
): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: startOfDayMs(range.from, zone), toMs: startOfDayMs(addDays(range.to, 1), zone) };
}

/**
 * How far into a UTC hour a zone's days begin, in ms: 0 in most zones, half an hour in India. Hours that are kept by
 * UTC hour serve only the former.
 */
export function hourOffsetMs(range: DayRange, zone: string): number {
  return (hourMs + (startOfDayMs(range.from, zone) % hourMs)) % hourMs;
}

/** The range's whole calendar months, and the days before and after them. */
export interface MonthCover {
  /** First days of the first and the last whole month; null when there is none. */
  readonly months: { readonly first: LocalDate; readonly last: LocalDate } | null;
  readonly days: readonly DayRange[];
}

/**
 * The cheapest way to cover a range with what is kept by month and by day.
 * Nothing lies behind the newest reading, so that a month that ends after it (`today`) counts as whole.
 */
export function coverByMonths({ from, to }: DayRange, today: LocalDate): MonthCover {
  const first = from === startOfMonth(from) ? from : addMonths(startOfMonth(from), 1);
  const toIsWhole = to >= today || addDays(to, 1) === startOfMonth(addDays(to, 1));
  const last = toIsWhole ? startOfMonth(to) : addMonths(startOfMonth(to), -1);
  if (first > last) return { months: null, days: [{ from, to }] };
  const days: DayRange[] = [];
  if (from < first) days.push({ from, to: addDays(first, -1) });
  const afterLast = addMonths(last, 1);
  if (afterLast <= to) days.push({ from: afterLast, to });
  return { months: { first, last }, days };
}
