import type { Random } from './random.ts';

/** What programs have stumbled over before. */
const nasty = [
  ...[
    '',
    '\0',
    '\ud800',
    '\u202e',
    '%00',
    '../../etc/passwd',
    "' or 1=1 --",
    '{{7*7}}',
    '$' + '{x}',
    '<script>',
  ],
  ...[
    'null',
    'true',
    '-1',
    '1e999',
    '9'.repeat(400),
    '0x1',
    'NaN',
    '[]',
    '{}',
    '"',
    '\\',
    '__proto__',
    'constructor',
  ],
  ...[
    '[['.repeat(40),
    '{"a":'.repeat(40),
    '\r\n\r\n',
    '#',
    '...',
    '@skip',
    '$',
    '&',
    '\u{1f4a9}',
    'a'.repeat(5_000),
  ],
] as const;

/** One to four changes of a text: cut, double, overwrite, insert, swap; or nothing of it is left at all. */
export function mutated(text: string, random: Random): string {
  let out = text;
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) {
    const at = random.below(out.length + 1);
    const to = Math.min(out.length, at + random.below(12));
    switch (random.below(6)) {
      case 0:
        out = out.slice(0, at);
        break;
      case 1:
        out = out.slice(0, to) + out.slice(at);
        break;
      case 2:
        out = out.slice(0, at) + String.fromCharCode(random.below(0x300)) + out.slice(at + 1);
        break;
      case 3:
        out = out.slice(0, at) + random.pick([nasty[0], ...nasty]) + out.slice(to);
        break;
      case 4:
        out = withOtherValue(out, random);
        break;
      default:
        out = random.below(20) === 0 ? random.pick([nasty[0], ...nasty]) : out.slice(0, at) + out.slice(to);
    }
  }
  return out;
}

/** Well-formed still, but one of the values is of another kind: what gets past the parser. */
function withOtherValue(text: string, random: Random): string {
  const values = [...text.matchAll(/"(?:[^"\\]|\\.)*"(?!\s*:)|\b\d+\b/g)];
  const chosen = values[random.below(values.length)];
  if (chosen === undefined) return text;
  const other = JSON.stringify(
    random.pick<unknown>([
      null,
      true,
      -1,
      1e308,
      2 ** 53,
      '',
      'x'.repeat(300),
      [],
      {},
      [[]],
      { a: null },
      '\0',
      '2020-13-45',
    ]),
  );
  return text.slice(0, chosen.index) + other + text.slice(chosen.index + chosen[0].length);
}
