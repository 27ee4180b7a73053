const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `3,153,600`. */
export const formatCount = (count: number): string => whole.format(count);

/** `840 ms`, `11.2 s`, `3 min 20 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `1 building`, `60 buildings`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
