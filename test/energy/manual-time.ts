import { until } from '../kit/wait.ts';

/** A clock that stands until it is moved, and sleepers that wake when it is. */
export interface ManualTime {
  readonly clock: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Resolves when somebody sleeps, with the milliseconds still to go. */
  untilAsleep(): Promise<number>;
  advance(ms: number): void;
}

export function createManualTime(startMs: number): ManualTime {
  let now = startMs;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    clock: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal.aborted) return resolve();
        const sleeper = {
          at: now + ms,
          wake() {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener('abort', sleeper.wake, { once: true });
      }),
    async untilAsleep() {
      const [first] = await until(() => (sleepers.size > 0 ? [...sleepers] : undefined), {
        what: 'somebody to sleep',
      });
      return (first?.at ?? now) - now;
    },
    advance(ms) {
      now += ms;
      for (const sleeper of [...sleepers]) if (sleeper.at <= now) sleeper.wake();
    },
  };
}
