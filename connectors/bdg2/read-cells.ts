const [COMMA, POINT, ZERO, NINE] = [44, 46, 48, 57];
/** Up to 15 digits an integer is exact in a double, and so is each of these: their quotient is rounded once, hence correctly (Clinger 1990). */
const powersOfTen = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const maxExactDigits = 15;
const noValue = Number.NaN;

/** Told of a cell that is neither empty nor plain digits with at most one point; gives its value, or NaN to leave it out. */
export type OddCell = (column: number, from: number, to: number) => number;

/**
 * Reads comma-separated numbers from `bytes[from, to)` into `out[at ...]`, at most `width` of them; an empty cell is NaN.
 * Returns how many cells there were. This is the hot loop of the import: no string and no object is made for a plain number.
 */
export function readCells(
  bytes: Uint8Array,
  from: number,
  to: number,
  out: Float64Array,
  at: number,
  width: number,
  oddCell: OddCell,
): number {
  let position = from;
  for (let column = 0; ; column += 1) {
    const start = position;
    let mantissa = 0;
    let digits = 0;
    let digitsBeforePoint = -1;
    let plain = true;
    for (; position < to; position += 1) {
      const byte = bytes[position] as number;
      if (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO);
        digits += 1;
      } else if (byte === COMMA) {
        break;
      } else if (byte === POINT && digitsBeforePoint < 0) {
        digitsBeforePoint = digits;
      } else {
        plain = false;
      }
    }
    if (column < width) {
      let value = noValue;
      if (plain && digits > 0 && digits <= maxExactDigits) {
        value =
          digitsBeforePoint < 0 ? mantissa : mantissa / (powersOfTen[digits - digitsBeforePoint] as number);
      } else if (position > start) {
        value = oddCell(column, start, position);
      }
      out[at + column] = value;
    }
    if (position >= to) return column + 1;
    position += 1;
  }
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number as people write it: a decimal with sign and exponent, blanks or quotes round it. Null when empty, NaN when it is no number. */
export function readNumber(text: string): number | null {
  const bare = text
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();
  if (bare === '') return null;
  // Adding 0 makes -0 a plain 0.
  return decimal.test(bare) ? Number(bare) + 0 : Number.NaN;
}
