import { IANAZone } from 'luxon';

/** A zone's offsets from UTC, looked up in a table made once per year: conversions cost nanoseconds, not a calendar's work. */
export interface ZoneOffsets {
  readonly zone: string;
  /** Milliseconds to add to UTC to get the local wall clock. */
  offsetAt(utcMs: number): number;
  /**
   * The instants at which the wall clock shows `localMs` (wall-clock time written as if it were UTC), earliest first:
   * none in spring's skipped hour, two in autumn's doubled hour.
   */
  instantsOf(localMs: number): readonly number[];
}

interface Span {
  readonly fromMs: number;
  readonly offsetMs: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Throws a RangeError when `zone` is not an IANA zone. */
export function createZoneOffsets(zone: string): ZoneOffsets {
  const iana = IANAZone.create(zone);
  if (!iana.isValid) throw new RangeError(`"${zone}" is not an IANA time zone; Europe/London is one.`);
  const offsetOf = (utcMs: number): number => iana.offset(utcMs) * minuteMs;

  const changeBetween = (lowMs: number, highMs: number): number => {
    const before = offsetOf(lowMs);
    let [low, high] = [lowMs, highMs];
    while (high - low > minuteMs) {
      const middle = low + Math.floor((high - low) / 2 / minuteMs) * minuteMs;
      if (offsetOf(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  };

  const spansOf = (year: number): readonly Span[] => {
    const end = Date.UTC(year + 1, 0, 1);
    let current: Span = { fromMs: Date.UTC(year, 0, 1), offsetMs: offsetOf(Date.UTC(year, 0, 1)) };
    const spans = [current];
    for (let day = current.fromMs; day < end; day += dayMs) {
      if (offsetOf(day + dayMs) === current.offsetMs) continue;
      const fromMs = changeBetween(day, day + dayMs);
      current = { fromMs, offsetMs: offsetOf(fromMs) };
      spans.push(current);
    }
    return spans;
  };

  const years = new Map<number, readonly Span[]>();
  const offsetAt = (utcMs: number): number => {
    const year = new Date(utcMs).getUTCFullYear();
    let spans = years.get(year);
    if (spans === undefined) {
      spans = spansOf(year);
      years.set(year, spans);
    }
    return spans.findLast((span) => span.fromMs <= utcMs)?.offsetMs ?? offsetOf(utcMs);
  };

  return {
    zone,
    offsetAt,
    instantsOf(localMs) {
      // Zones change their offset at most once in two days, so the offsets a day either side are all that can apply.
      const earlier = offsetAt(localMs - dayMs);
      const later = offsetAt(localMs + dayMs);
      const candidates = earlier === later ? [localMs - earlier] : [localMs - earlier, localMs - later];
      return candidates.filter((instant) => instant + offsetAt(instant) === localMs).sort((a, b) => a - b);
    },
  };
}
