import { addDays, addMonths, countDays, startOfMonth, startOfWeek, startOfYear } from './local-date.ts';
import { localDateAt, sameTimeOnMs, startOfDayMs } from './zone.ts';

test('days are added over months, years and leap days', () => {
  expect(addDays('2016-02-28', 1)).toBe('2016-02-29');
  expect(addDays('2016-03-01', -1)).toBe('2016-02-29');
  expect(addDays('2017-12-31', 1)).toBe('2018-01-01');
});

test('months are added to the same day, or to the last one that the month has', () => {
  expect(addMonths('2017-01-31', 1)).toBe('2017-02-28');
  expect(addMonths('2016-03-31', -1)).toBe('2016-02-29');
  expect(addMonths('2017-12-15', 1)).toBe('2018-01-15');
  expect(addMonths('2018-01-15', -13)).toBe('2016-12-15');
});

test('both ends of a span of days count', () => {
  expect(countDays('2016-01-01', '2016-12-31')).toBe(366);
  expect(countDays('2017-01-01', '2017-01-01')).toBe(1);
});

test('weeks begin on Monday, months and years on their first day', () => {
  expect(startOfWeek('2017-06-04')).toBe('2017-05-29');
  expect(startOfWeek('2017-06-05')).toBe('2017-06-05');
  expect(startOfMonth('2017-06-05')).toBe('2017-06-01');
  expect(startOfYear('2017-06-05')).toBe('2017-01-01');
});

test('an instant falls on different days in different zones', () => {
  const instant = Date.parse('2017-06-01T03:00:00Z');
  expect(localDateAt(instant, 'America/New_York')).toBe('2017-05-31');
  expect(localDateAt(instant, 'Europe/London')).toBe('2017-06-01');
});

test('the same time of day on another date follows the clocks', () => {
  const noonInSummer = Date.parse('2017-03-19T16:00:00Z');
  expect(sameTimeOnMs('2017-03-05', noonInSummer, 'America/New_York')).toBe(
    Date.parse('2017-03-05T17:00:00Z'),
  );
});

test('a time that clocks skip is moved past the gap', () => {
  const halfPastTwo = Date.parse('2017-03-19T06:30:00Z');
  expect(sameTimeOnMs('2017-03-12', halfPastTwo, 'America/New_York')).toBe(
    Date.parse('2017-03-12T07:30:00Z'),
  );
});

test('a zone that is none is told', () => {
  expect(() => startOfDayMs('2017-06-01', 'Mars/Olympus')).toThrow(/zone Mars\/Olympus/);
  expect(() => localDateAt(0, 'Mars/Olympus')).toThrow(/zone Mars\/Olympus/);
});
