import { hashText, mix, uniform } from './random.ts';
import type { SyntheticMeter } from './synthetic-meter.ts';

/** A meter's readings minute by minute: they add up to what the meter reports of the hour. */
export interface MinuteReadings {
  /** Minutes `fromMinute` to `toMinute` (since 1970, UTC), all of one hour. Null in a gap. */
  values(fromMinute: number, toMinute: number): Float64Array | null;
}

/** How far a minute strays from a sixtieth of its hour. */
const unevenness = 0.2;

export function createMinuteReadings(seed: number, { facts, faults }: SyntheticMeter): MinuteReadings {
  const hash = hashText(seed, `${facts.id} minutes`);
  let hour = Number.NaN;
  let minutes: Float64Array | null = null;

  const split = (): Float64Array | null => {
    const value = faults.reported(hour, hour + 1)[0] ?? Number.NaN;
    if (Number.isNaN(value)) return null;
    // A stuck meter is stuck in every minute.
    const stuck = faults.during(hour, hour + 1).some(({ kind }) => kind === 'STUCK');
    const weights = Float64Array.from({ length: 60 }, (_, minute) =>
      stuck ? 1 : 1 + unevenness * (uniform(mix(hash, hour * 60 + minute)) - 0.5),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => (value * weight) / sum);
  };

  return {
    values(fromMinute, toMinute) {
      const wanted = Math.floor(fromMinute / 60);
      if (wanted !== hour) {
        hour = wanted;
        minutes = split();
      }
      return minutes === null ? null : minutes.slice(fromMinute - hour * 60, toMinute - hour * 60);
    },
  };
}
