import { readTimestamp } from './read-timestamp.ts';

const read = (text: string): number => readTimestamp(Buffer.from(text), 0, text.length);

describe('a timestamp', () => {
  test('is wall-clock time, with a blank or a T', () => {
    expect(read('2016-02-29 23:59:58')).toBe(Date.UTC(2016, 1, 29, 23, 59, 58));
    expect(read('2016-02-29T23:59:58')).toBe(Date.UTC(2016, 1, 29, 23, 59, 58));
  });

  test('agrees with Date on every hour of two years', () => {
    const hours = Array.from({ length: 17_544 }, (_, hour) => Date.UTC(2016, 0, 1, hour));
    expect(hours.map((at) => read(new Date(at).toISOString().slice(0, 19)))).toEqual(hours);
  });

  test.each([
    '',
    '2016-01-01',
    '2016-01-01 00:00',
    '2017-02-29 00:00:00',
    '2016-13-01 00:00:00',
    '2016-00-10 00:00:00',
    '2016-01-32 00:00:00',
    '2016-01-01 24:00:00',
    '2016-01-01 00:60:00',
    '2016-01-01 00:00:60',
    '2016/01/01 00:00:00',
    '2O16-01-01 00:00:00',
    '0016-01-01 00:00:00',
    '2016-01-01 00:00:00Z',
  ])('is not %p', (text) => {
    expect(read(text)).toBeNaN();
  });
});
