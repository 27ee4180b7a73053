import { type Line, linesOf } from './lines.ts';

const split = async (chunks: readonly (string | Buffer)[], maxLineBytes = 100): Promise<readonly Line[]> => {
  const lines: Line[] = [];
  const source = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  })();
  for await (const some of linesOf(source, maxLineBytes)) lines.push(...some);
  return lines;
};
const textsOf = (lines: readonly Line[]) => lines.map(({ number, text }) => [number, text]);

test('lines are the same however the body is torn', async () => {
  const body = Buffer.from('{"a":"ä€😀"}\r\n\r\n  \n{"b":2}\nlast');
  const whole = [
    [1, '{"a":"ä€😀"}'],
    [4, '{"b":2}'],
    [5, 'last'],
  ];
  for (let size = 1; size <= body.length; size++) {
    const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
      body.subarray(index * size, (index + 1) * size),
    );
    expect(textsOf(await split(chunks))).toEqual(whole);
  }
});

test('a line that is too long is told by its number alone, and the next one is whole', async () => {
  const long = 'x'.repeat(101);
  expect(textsOf(await split([`a\n${long}\nb\n`]))).toEqual([
    [1, 'a'],
    [2, null],
    [3, 'b'],
  ]);
  expect(textsOf(await split(['a\n', long.slice(0, 50), long.slice(50), `\nb\n${'y'.repeat(100)}`]))).toEqual(
    [
      [1, 'a'],
      [2, null],
      [3, 'b'],
      [4, 'y'.repeat(100)],
    ],
  );
  expect(textsOf(await split([long, long]))).toEqual([[1, null]]);
});

test('a byte order mark belongs to no line', async () => {
  expect(textsOf(await split(['\uFEFF{"a":1}\n\uFEFF']))).toEqual([[1, '{"a":1}']]);
});

test('nothing has no lines', async () => {
  expect(await split([])).toEqual([]);
  expect(await split(['\n\n'])).toEqual([]);
});
