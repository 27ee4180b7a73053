import { readCells, readNumber } from './read-cells.ts';

/** A generator of its own, so that a failure can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function read(line: string): { values: number[]; count: number; odd: string[] } {
  const bytes = Buffer.from(line);
  const values = new Float64Array(64);
  const odd: string[] = [];
  const count = readCells(bytes, 0, bytes.length, values, 0, 64, (_, from, to) => {
    const text = bytes.toString('latin1', from, to);
    odd.push(text);
    return readNumber(text) ?? Number.NaN;
  });
  return { values: [...values.subarray(0, count)], count, odd };
}

describe('cells of a row', () => {
  test('are the same doubles as Number makes of 50,000 random decimals of up to 20 digits', () => {
    const random = createRandom(1);
    const wrong: string[] = [];
    for (let round = 0; round < 1000; round += 1) {
      const cells = Array.from({ length: 50 }, () => {
        const digits = Array.from({ length: 1 + Math.floor(random() * 20) }, () =>
          Math.floor(random() * 10),
        ).join('');
        const point = Math.floor(random() * (digits.length + 2));
        return point > digits.length
          ? digits
          : `${digits.slice(0, point)}.${digits.slice(point)}`.replace(/^\.$/, '0');
      });
      const { values } = read(cells.join(','));
      wrong.push(...cells.filter((cell, index) => values[index] !== Number(cell)));
    }
    expect(wrong).toEqual([]);
  });

  test('are the same doubles as the shortest text of 50,000 random doubles', () => {
    const random = createRandom(2);
    const wrong: number[] = [];
    for (let round = 0; round < 1000; round += 1) {
      const values = Array.from({ length: 50 }, () => random() * 10 ** Math.floor(random() * 9 - 3));
      const readBack = read(values.join(',')).values;
      wrong.push(...values.filter((value, index) => readBack[index] !== value));
    }
    expect(wrong).toEqual([]);
  });

  test('that are empty are no number, wherever they stand', () => {
    expect(read(',1,,2,')).toMatchObject({
      values: [Number.NaN, 1, Number.NaN, 2, Number.NaN],
      count: 5,
      odd: [],
    });
  });

  test('that are not plain digits are left to the caller, one by one', () => {
    const { odd } = read('1,-2,3e2, 4,"5",.,1.2.3,x,12345678901234567');
    expect(odd).toEqual(['-2', '3e2', ' 4', '"5"', '.', '1.2.3', 'x', '12345678901234567']);
  });

  test('over the width are counted, not kept', () => {
    const bytes = Buffer.from('1,2,3,4');
    const values = new Float64Array(4).fill(-1);
    expect(readCells(bytes, 0, bytes.length, values, 1, 2, () => Number.NaN)).toBe(4);
    expect([...values]).toEqual([-1, 1, 2, -1]);
  });
});

describe('a number as people write it', () => {
  test.each([
    ['-2', -2],
    ['3e2', 300],
    [' 4 ', 4],
    ['"5"', 5],
    ['+.5', 0.5],
    ['6.', 6],
  ])('%p is %p', (text, value) => {
    expect(readNumber(text)).toBe(value);
  });

  test.each(['x', '.', '1.2.3', '0x10', 'NaN', 'Infinity', '1,5', '1_000', '--1', '1e'])(
    '%p is none',
    (text) => {
      expect(readNumber(text)).toBeNaN();
    },
  );

  test('is null where there is nothing, and minus zero is zero', () => {
    expect(readNumber(' ')).toBeNull();
    expect(readNumber('""')).toBeNull();
    expect(Object.is(readNumber('-0'), 0)).toBe(true);
  });
});
