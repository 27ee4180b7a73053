/** Wakes who waits. A ring that nobody heard is heard by the next who waits, so that none is lost between looking and waiting. */
export interface Bell {
  ring(): void;
  /** Resolves with the next ring, after `longestMs` (default a second), or when the signal aborts. */
  rung(signal: AbortSignal, longestMs?: number): Promise<void>;
}

export function createBell(): Bell {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      if (wake === undefined) rang = true;
      else wake();
    },
    async rung(signal, longestMs = 1_000) {
      if (!rang && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, longestMs);
        signal.addEventListener('abort', () => resolve(), { once: true });
        wake = resolve;
        await promise;
        clearTimeout(timer);
        wake = undefined;
      }
      rang = false;
    },
  };
}
