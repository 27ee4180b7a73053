/** A calendar day with no zone, `yyyy-mm-dd`. Compares as text in the order of time. */
export type LocalDate = string;

const dayMs = 86_400_000;

const toUtcMs = (date: LocalDate): number => Date.parse(`${date}T00:00:00Z`);
const fromUtcMs = (ms: number): LocalDate => new Date(ms).toISOString().slice(0, 10);

export const addDays = (date: LocalDate, days: number): LocalDate => fromUtcMs(toUtcMs(date) + days * dayMs);

/** The same day of the month, months later (or earlier); the month's last day when it has no such day. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return fromUtcMs(Date.UTC(year, month - 1 + months, Math.min(day, lastDay)));
}

export const startOfMonth = (date: LocalDate): LocalDate => `${date.slice(0, 7)}-01`;
export const startOfYear = (date: LocalDate): LocalDate => `${date.slice(0, 4)}-01-01`;

/** Monday of the day's ISO week. */
export function startOfWeek(date: LocalDate): LocalDate {
  const daysSinceMonday = (new Date(toUtcMs(date)).getUTCDay() + 6) % 7;
  return addDays(date, -daysSinceMonday);
}

/** How many days from `from` to `to`, both included. */
export const countDays = (from: LocalDate, to: LocalDate): number =>
  Math.round((toUtcMs(to) - toUtcMs(from)) / dayMs) + 1;
