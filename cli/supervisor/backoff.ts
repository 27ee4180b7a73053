const firstMs = 500;
const longestMs = 30_000;

/** How long to wait before a process that has crashed `crashes` times before is started again: 0.5 s, doubling, to 30 s. */
export const backoffMs = (crashes: number): number =>
  Math.min(longestMs, firstMs * 2 ** Math.min(crashes, 10));
