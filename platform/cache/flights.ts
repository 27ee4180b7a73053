import type { CacheEntry } from './types.ts';

/** One computation under way, and who waits for it. */
export interface Flight {
  /** On the monotonic clock. */
  readonly startedAt: number;
  readonly landing: Promise<Landed>;
  /** Waits for the landing as one of the passengers; rejects with the signal's reason when that ends first. */
  wait(signal: AbortSignal | undefined): Promise<Landed>;
}

export interface Landed {
  readonly entry: CacheEntry;
  readonly source: 'redis' | 'computed';
}

/** Equal work is done once at a time. A flight that all passengers have left is told by its signal. */
export interface Flights {
  get(key: string): Flight | undefined;
  start(key: string, fly: (signal: AbortSignal) => Promise<Landed>): Flight;
  readonly count: number;
}

export function createFlights({ monotonic }: { readonly monotonic: () => number }): Flights {
  const flying = new Map<string, Flight>();

  return {
    get: (key) => flying.get(key),

    start(key, fly) {
      const abandoned = new AbortController();
      let passengers = 0;
      const landing = fly(abandoned.signal).finally(() => {
        if (flying.get(key) === flight) flying.delete(key);
      });
      // Passengers see the failure; a flight that nobody waits for any more fails unseen.
      landing.catch(() => {});
      const flight: Flight = {
        startedAt: monotonic(),
        landing,
        async wait(signal) {
          passengers += 1;
          try {
            return await (signal ? untilAborted(landing, signal) : landing);
          } finally {
            passengers -= 1;
            if (passengers === 0 && flying.get(key) === flight) {
              // Whoever comes from now on starts afresh, not on a flight that is being called off.
              flying.delete(key);
              abandoned.abort(signal?.reason);
            }
          }
        },
      };
      flying.set(key, flight);
      return flight;
    },

    get count() {
      return flying.size;
    },
  };
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
