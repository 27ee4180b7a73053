/** Whose public holidays a site keeps. Movable feasts of other calendars are not computed. */
export type Holidays = 'US' | 'UK' | 'NONE';

const dayMs = 86_400_000;
const [MONDAY, THURSDAY] = [1, 4];

const dayNumber = (year: number, month: number, day: number): number =>
  Date.UTC(year, month - 1, day) / dayMs;
const weekday = (day: number): number => (day + 4) % 7;

/** The `n`th (1 first, -1 last) such weekday of a month. */
function nth(n: number, wanted: number, year: number, month: number): number {
  if (n < 0) {
    const last = dayNumber(year, month + 1, 1) - 1;
    return last - ((weekday(last) - wanted + 7) % 7);
  }
  const first = dayNumber(year, month, 1);
  return first + ((wanted - weekday(first) + 7) % 7) + (n - 1) * 7;
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher). */
function easter(year: number): number {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const [d, e] = [Math.floor(b / 4), b % 4];
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const l = (32 + 2 * e + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  return dayNumber(year, 3, 22 + h + l - 7 * m);
}

/** Days on which work rests in a year, as days since 1970-01-01. */
export function holidaysOf(holidays: Holidays, year: number): ReadonlySet<number> {
  const everywhere = [dayNumber(year, 1, 1), dayNumber(year, 12, 25)];
  switch (holidays) {
    case 'US':
      return new Set([
        ...everywhere,
        nth(3, MONDAY, year, 1),
        nth(-1, MONDAY, year, 5),
        dayNumber(year, 7, 4),
        nth(1, MONDAY, year, 9),
        nth(4, THURSDAY, year, 11),
        nth(4, THURSDAY, year, 11) + 1,
      ]);
    case 'UK':
      return new Set([
        ...everywhere,
        dayNumber(year, 12, 26),
        easter(year) - 2,
        easter(year) + 1,
        nth(1, MONDAY, year, 5),
        nth(-1, MONDAY, year, 5),
        nth(-1, MONDAY, year, 8),
      ]);
    case 'NONE':
      return new Set(everywhere);
  }
}
