/** Lets so many through side by side, in the order in which they came. */
export interface Gate {
  /** Resolves with what gives the place back; rejects when the signal aborts before there is one. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createGate(places: number): Gate {
  let free = places;
  const waiting = new Set<() => void>();
  const leave = () => {
    free++;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    next();
  };
  return {
    async enter(signal) {
      while (free === 0) {
        signal.throwIfAborted();
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const give = () => reject(signal.reason);
        waiting.add(resolve);
        signal.addEventListener('abort', give, { once: true });
        try {
          await promise;
        } finally {
          waiting.delete(resolve);
          signal.removeEventListener('abort', give);
        }
      }
      signal.throwIfAborted();
      free--;
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
  };
}
