import type { ZoneOffsets } from '../zone-offsets.ts';

/** When a row of a file was, in one zone. */
export type RowTime =
  | { readonly kind: 'instant'; readonly utcMs: number }
  /** Spring's skipped hour: the wall clock never showed it. Nothing is invented for it. */
  | { readonly kind: 'nonexistent' }
  /** The file gave all instants of this wall-clock time before. */
  | { readonly kind: 'repeated' };

export interface LocalClock {
  readonly zone: string;
  instantOf(localMs: number): RowTime;
}

/**
 * Turns a file's wall-clock stamps, in the order of its lines, into instants. Autumn's doubled hour: its first line is
 * daylight time's, a second line with the same stamp is standard time's; a file that has it once leaves the second
 * hour a gap. Remembers the instants given (8,760 a year), so that lines need not be in order.
 */
export function createLocalClock(offsets: ZoneOffsets): LocalClock {
  const given = new Set<number>();
  return {
    zone: offsets.zone,
    instantOf(localMs) {
      const instants = offsets.instantsOf(localMs);
      if (instants.length === 0) return { kind: 'nonexistent' };
      const utcMs = instants.find((instant) => !given.has(instant));
      if (utcMs === undefined) return { kind: 'repeated' };
      given.add(utcMs);
      return { kind: 'instant', utcMs };
    },
  };
}
