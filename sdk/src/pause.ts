/** Waits; rejects at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Full jitter: between nothing and an exponentially growing bound, so that clients do not come back in step. */
export function backoffMs(attempt: number): number {
  return Math.random() * Math.min(10_000, 200 * 2 ** attempt);
}
