import { IANAZone } from 'luxon';

const dayMs = 86_400_000;

/** What to add to an instant (Unix ms) for a zone's wall clock, in ms. The zone's data are asked once a day of the zone. */
export function createZoneOffset(zone: string): (timeMs: number) => number {
  const iana = IANAZone.create(zone);
  const offsetOf = (timeMs: number): number => iana.offset(timeMs) * 60_000;
  let knownDay = -1;
  let knownOffset: number | null = null;
  return (timeMs) => {
    const day = Math.floor(timeMs / dayMs);
    if (day !== knownDay) {
      const offset = offsetOf(day * dayMs);
      knownDay = day;
      // On a day on which clocks change each instant is looked up.
      knownOffset = offset === offsetOf((day + 1) * dayMs) ? offset : null;
    }
    return knownOffset ?? offsetOf(timeMs);
  };
}
