const [DASH, COLON, SPACE, LETTER_T] = [45, 58, 32, 84];

/**
 * `2016-01-31 23:00:00` (or with `T`) in bytes `from` to `to`, as wall-clock milliseconds: written as if it were UTC.
 * NaN when it is anything else, or a day that the calendar does not have.
 */
export function readTimestamp(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== 19) return Number.NaN;
  const at = (index: number): number => bytes[from + index] ?? 0;
  const two = (index: number): number => {
    const [tens, ones] = [at(index) - 48, at(index + 1) - 48];
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? Number.NaN : tens * 10 + ones;
  };
  const punctuated =
    at(4) === DASH &&
    at(7) === DASH &&
    (at(10) === SPACE || at(10) === LETTER_T) &&
    at(13) === COLON &&
    at(16) === COLON;
  if (!punctuated) return Number.NaN;
  const [year, month, day] = [two(0) * 100 + two(2), two(5), two(8)];
  const [hour, minute, second] = [two(11), two(14), two(17)];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  const exists =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return exists && year >= 1900 ? ms : Number.NaN;
}
