import type { Clock } from '../../connectors/clock.ts';

export interface LeapingClock extends Clock {
  /** Lets time pass, as slow work does. */
  pass(ms: number): void;
}

/** A clock on which waiting takes no time: each sleep leaps to its end. What runs on it is over at once, and always alike. */
export function createLeapingClock(startMs: number): LeapingClock {
  let now = startMs;
  return {
    now: () => now,
    async sleep(ms, signal) {
      if (!signal.aborted) now += ms;
    },
    pass(ms) {
      now += ms;
    },
  };
}
