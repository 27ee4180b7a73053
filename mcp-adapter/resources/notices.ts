/** Tells of changes at most once each `coalesceMs`: the first at once, those that follow together. */
export interface Notices {
  changed(): void;
  stop(): void;
}

export function createNotices({
  coalesceMs,
  tell,
}: {
  readonly coalesceMs: number;
  readonly tell: () => void;
}): Notices {
  let timer: NodeJS.Timeout | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;

  function tellNow(): void {
    timer = undefined;
    lastMs = performance.now();
    tell();
  }

  return {
    changed() {
      if (timer) return;
      const waitMs = lastMs + coalesceMs - performance.now();
      if (waitMs <= 0) return tellNow();
      timer = setTimeout(tellNow, waitMs);
      timer.unref();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
