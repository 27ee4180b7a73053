import { EaioError } from '../../../platform/errors/eaio-error.ts';
import {
  daysOfPeriod,
  daysOneYearEarlier,
  type Period,
  previousDays,
  resolveDays,
  type TimeRange,
} from './time-range.ts';

const asOfMs = Date.parse('2018-03-15T03:30:00Z');
const resolve = (range: TimeRange, zone = 'UTC', maxDays = 3_660) =>
  resolveDays(range, { asOfMs, zone, maxDays, remedy: 'Ask for fewer.' });

describe('named periods', () => {
  test.each<[Period, string, string]>([
    ['TODAY', '2018-03-15', '2018-03-15'],
    ['YESTERDAY', '2018-03-14', '2018-03-14'],
    ['LAST_7_DAYS', '2018-03-09', '2018-03-15'],
    ['LAST_30_DAYS', '2018-02-14', '2018-03-15'],
    ['LAST_12_MONTHS', '2017-03-16', '2018-03-15'],
    ['THIS_MONTH', '2018-03-01', '2018-03-15'],
    ['LAST_MONTH', '2018-02-01', '2018-02-28'],
    ['THIS_YEAR', '2018-01-01', '2018-03-15'],
    ['LAST_YEAR', '2017-01-01', '2017-12-31'],
  ])('%s is %s to %s when the newest reading is of 2018-03-15', (period, from, to) => {
    expect(resolve({ period })).toEqual({ from, to });
  });

  test('the day is that of the newest reading in the given zone', () => {
    expect(resolve({ period: 'TODAY' }, 'America/New_York')).toEqual({
      from: '2018-03-14',
      to: '2018-03-14',
    });
    expect(resolve({ period: 'TODAY' }, 'Pacific/Kiritimati')).toEqual({
      from: '2018-03-15',
      to: '2018-03-15',
    });
  });

  test('twelve months that end on a leap day begin on 1 March', () => {
    expect(daysOfPeriod('LAST_12_MONTHS', '2016-02-29')).toEqual({ from: '2015-03-01', to: '2016-02-29' });
  });

  test('the month before January is December of the year before', () => {
    expect(daysOfPeriod('LAST_MONTH', '2018-01-31')).toEqual({ from: '2017-12-01', to: '2017-12-31' });
  });
});

describe('first and last day', () => {
  test('both are included, and one day is a range', () => {
    expect(resolve({ from: '2017-06-01', to: '2017-06-01' })).toEqual({
      from: '2017-06-01',
      to: '2017-06-01',
    });
  });

  test('null stands for left out', () => {
    expect(resolve({ period: null, from: '2017-06-01', to: '2017-06-30' })).toEqual({
      from: '2017-06-01',
      to: '2017-06-30',
    });
    expect(resolve({ period: 'TODAY', from: null, to: null })).toEqual({
      from: '2018-03-15',
      to: '2018-03-15',
    });
  });
});

// Proves: graph.bad-arguments
describe('a range that is not allowed is refused with what is', () => {
  test.each<[string, TimeRange, RegExp]>([
    ['nothing', {}, /Either `period` \(such as LAST_7_DAYS\), or `from` and `to`/],
    ['both ways', { period: 'TODAY', from: '2017-06-01', to: '2017-06-02' }, /not both/],
    ['a first day alone', { from: '2017-06-01' }, /go together/],
    ['a last day alone', { to: '2017-06-01' }, /go together/],
    [
      'the last day first',
      { from: '2017-06-02', to: '2017-06-01' },
      /2017-06-02\) is after `to` \(2017-06-01/,
    ],
    ['a day too early', { from: '1969-12-31', to: '1970-01-01' }, /Days from 1970-01-01 to 2099-12-31/],
    ['a day too late', { from: '2099-12-31', to: '2100-01-01' }, /Days from 1970-01-01 to 2099-12-31/],
    [
      'too many days',
      { from: '2000-01-01', to: '2017-12-31' },
      /At most 3660 days are allowed here; 2000-01-01 to 2017-12-31 has 6575\. Ask for fewer\./,
    ],
  ])('%s', (_, range, message) => {
    expect.assertions(2);
    try {
      resolve(range);
    } catch (error) {
      expect(error).toBeInstanceOf(EaioError);
      expect(error).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(message),
        extensions: { argument: 'range' },
      });
    }
  });

  test('the longest range allowed is allowed', () => {
    expect(resolve({ from: '2016-01-01', to: '2016-12-31' }, 'UTC', 366)).toEqual({
      from: '2016-01-01',
      to: '2016-12-31',
    });
    expect(() => resolve({ from: '2016-01-01', to: '2017-01-01' }, 'UTC', 366)).toThrow(/At most 366 days/);
  });
});

describe('ranges beside a range', () => {
  test('the period before has as many days and ends the day before', () => {
    expect(previousDays({ from: '2017-03-01', to: '2017-03-31' })).toEqual({
      from: '2017-01-29',
      to: '2017-02-28',
    });
    expect(previousDays({ from: '2017-01-01', to: '2017-01-01' })).toEqual({
      from: '2016-12-31',
      to: '2016-12-31',
    });
  });

  test('a year earlier are the same dates, and the leap day is the 28th', () => {
    expect(daysOneYearEarlier({ from: '2016-02-29', to: '2016-03-31' })).toEqual({
      from: '2015-02-28',
      to: '2015-03-31',
    });
    expect(daysOneYearEarlier({ from: '2017-02-28', to: '2017-02-28' })).toEqual({
      from: '2016-02-28',
      to: '2016-02-28',
    });
  });
});
