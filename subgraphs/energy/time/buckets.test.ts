import { bucketsOf, coverByMonths, hourOffsetMs, type Interval, instantsOf } from './buckets.ts';

const hoursOf = (date: string, interval: Interval, zone: string, to = date) =>
  bucketsOf({ from: date, to }, interval, zone).map(({ startMs, endMs }) => (endMs - startMs) / 3_600_000);

describe('days', () => {
  test('a day on which clocks go forward has 23 hours, one on which they go back 25', () => {
    expect(hoursOf('2017-03-11', 'DAY', 'America/New_York', '2017-03-13')).toEqual([24, 23, 24]);
    expect(hoursOf('2017-11-04', 'DAY', 'America/New_York', '2017-11-06')).toEqual([24, 25, 24]);
  });

  test('begin at local midnight', () => {
    const [day] = bucketsOf({ from: '2017-06-01', to: '2017-06-01' }, 'DAY', 'America/New_York');
    expect(day).toEqual({
      startMs: Date.parse('2017-06-01T04:00:00Z'),
      endMs: Date.parse('2017-06-02T04:00:00Z'),
      date: '2017-06-01',
    });
  });

  test('begin at the first moment there is where clocks skip midnight', () => {
    const [day] = bucketsOf({ from: '2017-10-15', to: '2017-10-15' }, 'DAY', 'America/Sao_Paulo');
    expect(day?.startMs).toBe(Date.parse('2017-10-15T03:00:00Z'));
    expect(hoursOf('2017-10-15', 'DAY', 'America/Sao_Paulo')).toEqual([23]);
  });

  test('that a zone skipped altogether have no hours', () => {
    // Samoa crossed the date line: 30 December 2011 never was.
    expect(hoursOf('2011-12-29', 'DAY', 'Pacific/Apia', '2011-12-31')).toEqual([24, 0, 24]);
    expect(hoursOf('2011-12-30', 'HOUR', 'Pacific/Apia')).toEqual([]);
  });
});

describe('hours', () => {
  test('of a day on which clocks change are 23 or 25, each an hour long', () => {
    expect(hoursOf('2017-03-12', 'HOUR', 'America/New_York')).toEqual(Array(23).fill(1));
    expect(hoursOf('2017-11-05', 'HOUR', 'America/New_York')).toEqual(Array(25).fill(1));
  });

  test('follow each other without a hole, and carry their local date', () => {
    const hours = bucketsOf({ from: '2017-11-04', to: '2017-11-06' }, 'HOUR', 'America/New_York');
    expect(hours).toHaveLength(73);
    for (const [index, hour] of hours.entries())
      if (index > 0) expect(hour.startMs).toBe(hours[index - 1]?.endMs);
    expect(hours.filter(({ date }) => date === '2017-11-05')).toHaveLength(25);
  });

  test('begin at half past in India', () => {
    const [hour] = bucketsOf({ from: '2017-06-01', to: '2017-06-01' }, 'HOUR', 'Asia/Kolkata');
    expect(hour?.startMs).toBe(Date.parse('2017-05-31T18:30:00Z'));
  });

  test('the last one is half an hour long where clocks change by half an hour', () => {
    expect(hoursOf('2017-04-02', 'HOUR', 'Australia/Lord_Howe')).toEqual([...Array(24).fill(1), 0.5]);
    expect(hoursOf('2017-10-01', 'HOUR', 'Australia/Lord_Howe')).toEqual([...Array(23).fill(1), 0.5]);
  });
});

describe('weeks and months', () => {
  const datesOf = (from: string, to: string, interval: Interval) =>
    bucketsOf({ from, to }, interval, 'UTC').map(({ date }) => date);

  test('weeks begin on Monday, the first and the last are cut at the range', () => {
    expect(datesOf('2017-06-01', '2017-06-14', 'WEEK')).toEqual(['2017-06-01', '2017-06-05', '2017-06-12']);
    expect(hoursOf('2017-06-01', 'WEEK', 'UTC', '2017-06-14')).toEqual([96, 168, 72]);
  });

  test('a range from Monday to Sunday is one week, a Sunday alone is one too', () => {
    expect(datesOf('2017-06-05', '2017-06-11', 'WEEK')).toEqual(['2017-06-05']);
    expect(datesOf('2017-06-11', '2017-06-11', 'WEEK')).toEqual(['2017-06-11']);
  });

  test('weeks go on over the new year', () => {
    expect(datesOf('2016-12-26', '2017-01-08', 'WEEK')).toEqual(['2016-12-26', '2017-01-02']);
  });

  test('months are calendar months, cut at the range', () => {
    expect(datesOf('2016-01-31', '2016-03-01', 'MONTH')).toEqual(['2016-01-31', '2016-02-01', '2016-03-01']);
    expect(hoursOf('2016-01-31', 'MONTH', 'UTC', '2016-03-01')).toEqual([24, 29 * 24, 24]);
  });

  test('a month in which clocks go forward is an hour short', () => {
    expect(hoursOf('2017-03-01', 'MONTH', 'America/New_York', '2017-03-31')).toEqual([31 * 24 - 1]);
  });
});

describe('a range as instants', () => {
  test('ends with the end of its last day', () => {
    expect(instantsOf({ from: '2017-03-12', to: '2017-03-12' }, 'America/New_York')).toEqual({
      fromMs: Date.parse('2017-03-12T05:00:00Z'),
      toMs: Date.parse('2017-03-13T04:00:00Z'),
    });
  });

  test.each([
    ['America/New_York', 0],
    ['Asia/Kolkata', 30],
    ['Asia/Kathmandu', 15],
  ])('days in %s begin %i minutes into a UTC hour', (zone, minutes) => {
    expect(hourOffsetMs({ from: '2017-06-01', to: '2017-06-01' }, zone)).toBe(minutes * 60_000);
    expect(hourOffsetMs({ from: '1970-01-01', to: '1970-01-01' }, zone)).toBe(
      zone === 'Asia/Kathmandu' ? 30 * 60_000 : minutes * 60_000,
    );
  });
});

describe('a range covered by months and days', () => {
  const today = '2017-12-31';

  test('whole months need no days', () => {
    expect(coverByMonths({ from: '2016-01-01', to: '2017-06-30' }, today)).toEqual({
      months: { first: '2016-01-01', last: '2017-06-01' },
      days: [],
    });
  });

  test('days before and after the whole months are days', () => {
    expect(coverByMonths({ from: '2017-01-31', to: '2017-04-01' }, today)).toEqual({
      months: { first: '2017-02-01', last: '2017-03-01' },
      days: [
        { from: '2017-01-31', to: '2017-01-31' },
        { from: '2017-04-01', to: '2017-04-01' },
      ],
    });
  });

  test('a range within a month, or over the end of one, is days', () => {
    expect(coverByMonths({ from: '2017-06-02', to: '2017-06-30' }, today)).toEqual({
      months: null,
      days: [{ from: '2017-06-02', to: '2017-06-30' }],
    });
    expect(coverByMonths({ from: '2017-06-15', to: '2017-07-15' }, today)).toEqual({
      months: null,
      days: [{ from: '2017-06-15', to: '2017-07-15' }],
    });
  });

  test('the month of the newest reading is whole when the range ends with it', () => {
    expect(coverByMonths({ from: '2017-06-01', to: '2017-06-15' }, '2017-06-15')).toEqual({
      months: { first: '2017-06-01', last: '2017-06-01' },
      days: [],
    });
    expect(coverByMonths({ from: '2017-06-10', to: '2017-06-15' }, '2017-06-15')).toEqual({
      months: null,
      days: [{ from: '2017-06-10', to: '2017-06-15' }],
    });
  });
});
