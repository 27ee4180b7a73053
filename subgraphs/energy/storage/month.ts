/** A calendar month of UTC, counted from January of year 0: months are compared and stepped as numbers. */
export type Month = number;

export function monthOf(timeMs: number): Month {
  const date = new Date(timeMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Unix ms of the month's first instant. */
export function monthStartMs(month: Month): number {
  return Date.UTC(Math.floor(month / 12), month % 12);
}

/** `2016_01`, as partitions are named. */
export function monthLabel(month: Month): string {
  return `${String(Math.floor(month / 12)).padStart(4, '0')}_${String((month % 12) + 1).padStart(2, '0')}`;
}
