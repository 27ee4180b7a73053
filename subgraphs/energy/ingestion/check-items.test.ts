import { principalFor } from '../../../test/kit/token.ts';
import { checkItems } from './check-items.ts';
import type { KnownMeter } from './meter-directory.ts';
import type { ReadingInput } from './types.ts';

const meter: KnownMeter = { meterNo: 1, id: 'A:electricity', buildingId: 'A', type: 'ELECTRICITY' };
const now = '2017-06-01T12:00:00Z';
const good: ReadingInput = { meterId: meter.id, time: '2017-06-01T06:00:00Z', value: 1.5 };

const check = (items: readonly ReadingInput[], buildings?: readonly string[]) =>
  checkItems({
    items,
    principal: principalFor('integrator', buildings === undefined ? {} : { buildings }),
    meters: new Map([[meter.id, meter]]),
    nowMs: Date.parse(now),
  });

describe('an item is accepted', () => {
  test.each<readonly [string, unknown, string]>([
    ['in UTC', '2017-06-01T06:00:00Z', '2017-06-01T06:00:00.000Z'],
    ['with an offset', '2017-06-01T08:30:00+05:30', '2017-06-01T03:00:00.000Z'],
    ['in small letters, as RFC 3339 allows', '2017-06-01t06:00:00z', '2017-06-01T06:00:00.000Z'],
    ['with a fraction, to the millisecond', '2017-06-01T06:00:00.123456Z', '2017-06-01T06:00:00.123Z'],
    ['as a Date', new Date('2017-06-01T06:00:00Z'), '2017-06-01T06:00:00.000Z'],
    ['up to an hour ahead', '2017-06-01T13:00:00Z', '2017-06-01T13:00:00.000Z'],
    ['on a leap day', '2016-02-29T00:00:00Z', '2016-02-29T00:00:00.000Z'],
  ])('with its time %s', (_case, time, instant) => {
    const { accepted, rejected } = check([{ ...good, time }]);
    expect(rejected).toEqual([]);
    expect(accepted.map(({ timeMs }) => new Date(timeMs).toISOString())).toEqual([instant]);
  });

  test.each([0, 0.25, 1e12])('with the value %p', (value) => {
    expect(check([{ ...good, value }]).accepted).toEqual([
      {
        index: 0,
        meter,
        meterNo: 1,
        timeMs: Date.parse('2017-06-01T06:00:00Z'),
        intervalSeconds: null,
        value,
      },
    ]);
  });

  test.each([
    [null, null],
    [undefined, null],
    [1, 1],
    [86_400, 86_400],
  ])('with the interval %p, which means %p', (intervalSeconds, meant) => {
    expect(check([{ ...good, intervalSeconds }]).accepted[0]?.intervalSeconds).toBe(meant);
  });
});

// Proves: ingest.result-per-item
describe('an item is rejected, with what to mend', () => {
  test.each<readonly [string, object, string, RegExp]>([
    ['without a meter', { meterId: undefined }, 'UNKNOWN_METER', /meterId is missing: send the id/],
    [
      'with a meter that nobody registered',
      { meterId: 'B:gas' },
      'UNKNOWN_METER',
      /"B:gas" is not registered/,
    ],
    ['with a meter id that is no text', { meterId: 7 }, 'UNKNOWN_METER', /7 is not registered/],
    [
      'with a number in quotes',
      { value: '1.5' },
      'NOT_A_NUMBER',
      /"1.5": send a finite number, without quotes/,
    ],
    ['without a value', { value: undefined }, 'NOT_A_NUMBER', /value is missing/],
    ['with an endless value', { value: Number.POSITIVE_INFINITY }, 'NOT_A_NUMBER', /value is Infinity/],
    ['with NaN', { value: Number.NaN }, 'NOT_A_NUMBER', /value is NaN/],
    ['with less than nothing', { value: -0.1 }, 'NEGATIVE_VALUE', /value is -0.1: send .* 0 or more/],
    ['without an offset', { time: '2017-06-01T06:00:00' }, 'BAD_TIME', /RFC 3339 text with its offset/],
    ['without a time', { time: undefined }, 'BAD_TIME', /time is missing/],
    [
      'with a Unix time, of which nobody knows the unit',
      { time: 1_496_296_800 },
      'BAD_TIME',
      /time is 1496296800/,
    ],
    ['on a day that there is not', { time: '2017-02-29T06:00:00Z' }, 'BAD_TIME', /2017-02-29/],
    ['in a month that there is not', { time: '2017-13-01T06:00:00Z' }, 'BAD_TIME', /2017-13-01/],
    ['at an hour that there is not', { time: '2017-06-01T25:00:00Z' }, 'BAD_TIME', /T25/],
    ['before there were meters that talk', { time: '1969-12-31T23:59:59Z' }, 'BAD_TIME', /not before 1970/],
    ['with a broken Date', { time: new Date('no') }, 'BAD_TIME', /time is null/],
    [
      'from the future',
      { time: '2017-06-01T13:00:01Z' },
      'FUTURE_TIME',
      /an hour ahead of the server's clock \(2017-06-01T12/,
    ],
    ['with no interval at all', { intervalSeconds: 0 }, 'BAD_INTERVAL', /from 1 to 86400/],
    ['with over a day', { intervalSeconds: 86_401 }, 'BAD_INTERVAL', /86401/],
    ['with half a second', { intervalSeconds: 0.5 }, 'BAD_INTERVAL', /0.5/],
    ['with an interval in quotes', { intervalSeconds: '900' }, 'BAD_INTERVAL', /"900"/],
  ])('%s', (_case, wrong, code, message) => {
    expect(check([{ ...good, ...wrong }])).toEqual({
      accepted: [],
      rejected: [{ index: 0, error: { code, message: expect.stringMatching(message) } }],
    });
  });

  test.each([null, 'text', 3])('when it is %p and no object', (item) => {
    expect(check([item as unknown as ReadingInput]).rejected).toMatchObject([
      { error: { code: 'UNKNOWN_METER' } },
    ]);
  });

  test('of a building that the token does not cover', () => {
    expect(check([good], ['B']).rejected).toEqual([
      {
        index: 0,
        error: { code: 'FORBIDDEN_METER', message: expect.stringMatching(/does not cover building A;/) },
      },
    ]);
    expect(check([good], ['B', 'A']).accepted).toHaveLength(1);
  });

  test('when the same (meter, time) comes again, however it is written', () => {
    const { accepted, rejected } = check([
      { ...good, value: 1 },
      { ...good, time: '2017-06-01T08:00:00+02:00', value: 2 },
      { ...good, time: '2017-06-01T07:00:00Z', value: 3 },
      { ...good, value: 4 },
    ]);
    expect(accepted.map(({ index, value }) => [index, value])).toEqual([
      [3, 4],
      [2, 3],
    ]);
    expect(rejected.map(({ index, error }) => [index, error.code, error.message])).toEqual([
      [0, 'DUPLICATE_IN_REQUEST', expect.stringContaining('comes again as item 1')],
      [1, 'DUPLICATE_IN_REQUEST', expect.stringContaining('comes again as item 3')],
    ]);
  });

  test('alone: a faulty repetition does not lose the good one', () => {
    const { accepted, rejected } = check([good, { ...good, value: -1 }]);
    expect(accepted.map(({ index }) => index)).toEqual([0]);
    expect(rejected.map(({ index, error }) => [index, error.code])).toEqual([[1, 'NEGATIVE_VALUE']]);
  });
});
