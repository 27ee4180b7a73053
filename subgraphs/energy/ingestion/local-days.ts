import { IANAZone } from 'luxon';
import { localDateAt } from '../time/zone.ts';

const slotMs = 900_000;
const dayMs = 86_400_000;
const mostSlots = 50_000;

/** The calendar days of a zone as numbers, days since 1970-01-01: for millions of instants, of which many lie together. */
export interface LocalDays {
  dayOf(timeMs: number): number;
}

const zones = new Map<string, LocalDays>();

export function localDaysOf(zone: string): LocalDays {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const made = createLocalDays(zone);
  zones.set(zone, made);
  return made;
}

/** Asks the zone once for each quarter of an hour; one in which its clocks are changed is asked for each instant. */
function createLocalDays(zone: string): LocalDays {
  const rules = IANAZone.create(zone);
  const offsets = new Map<number, number>();
  let slot = Number.NaN;
  let offsetMs = Number.NaN;

  const offsetOf = (wanted: number): number => {
    const known = offsets.get(wanted);
    if (known !== undefined) return known;
    const first = rules.offset(wanted * slotMs);
    const last = rules.offset((wanted + 1) * slotMs - 1);
    const found = first === last ? first * 60_000 : Number.NaN;
    if (offsets.size >= mostSlots) offsets.clear();
    offsets.set(wanted, found);
    return found;
  };

  return {
    dayOf(timeMs) {
      const wanted = Math.floor(timeMs / slotMs);
      if (wanted !== slot) {
        slot = wanted;
        offsetMs = offsetOf(wanted);
      }
      return Number.isNaN(offsetMs)
        ? Date.parse(localDateAt(timeMs, zone)) / dayMs
        : Math.floor((timeMs + offsetMs) / dayMs);
    },
  };
}

/** `2017-06-01`, of a day's number. */
export const dayLabel = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** The first day of the month in which a day lies, as a number. */
export function monthOfDay(day: number): number {
  const date = new Date(day * dayMs);
  return day - date.getUTCDate() + 1;
}
