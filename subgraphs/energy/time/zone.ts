import { LRUCache } from 'lru-cache';
import { DateTime } from 'luxon';
import type { LocalDate } from './local-date.ts';

/** Asking the zone data costs some 10 µs, and a year by hour asks 366 times: what was asked is remembered. */
const dayStarts = new LRUCache<string, number>({ max: 50_000 });

/** The instant (Unix ms) at which a day begins in a zone: local midnight, or the first moment after it where clocks skip midnight. */
export function startOfDayMs(date: LocalDate, zone: string): number {
  const key = `${zone} ${date}`;
  const known = dayStarts.get(key);
  if (known !== undefined) return known;
  const start = DateTime.fromISO(date, { zone }).startOf('day');
  if (!start.isValid) throw new RangeError(`no day ${date} in zone ${zone}: ${start.invalidExplanation}`);
  dayStarts.set(key, start.toMillis());
  return start.toMillis();
}

/** The calendar day on which an instant (Unix ms) falls in a zone. */
export function localDateAt(instantMs: number, zone: string): LocalDate {
  const date = DateTime.fromMillis(instantMs, { zone }).toISODate();
  if (date === null) throw new RangeError(`no zone ${zone}, or no instant ${instantMs}`);
  return date;
}

/** The instant (Unix ms) at which the clocks of a zone show the same time of day on another date. A time that clocks skip is moved past the gap. */
export function sameTimeOnMs(date: LocalDate, instantMs: number, zone: string): number {
  const { hour, minute, second, millisecond } = DateTime.fromMillis(instantMs, { zone });
  return DateTime.fromISO(date, { zone }).set({ hour, minute, second, millisecond }).toMillis();
}
