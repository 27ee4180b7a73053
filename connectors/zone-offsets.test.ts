import { DateTime } from 'luxon';
import { createZoneOffsets } from './zone-offsets.ts';

const local = (text: string) => Date.parse(`${text}Z`);
const zones = [
  'America/New_York',
  'America/Denver',
  'America/Phoenix',
  'Europe/London',
  'Europe/Dublin',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
];

describe('zone offsets', () => {
  test.each(zones)('of %s agree with luxon, there and back, at any time of two years', (zone) => {
    const offsets = createZoneOffsets(zone);
    const wrong: number[] = [];
    for (let at = Date.UTC(2016, 0, 1); at < Date.UTC(2018, 0, 1); at += 45 * 60_000) {
      const offset = offsets.offsetAt(at);
      const agrees = offset === DateTime.fromMillis(at, { zone }).offset * 60_000;
      if (!agrees || !offsets.instantsOf(at + offset).includes(at)) wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });

  test('know that an hour in spring does not exist', () => {
    expect(createZoneOffsets('America/New_York').instantsOf(local('2016-03-13T02:00:00'))).toEqual([]);
    expect(createZoneOffsets('Europe/London').instantsOf(local('2016-03-27T01:30:00'))).toEqual([]);
    expect(createZoneOffsets('America/Phoenix').instantsOf(local('2016-03-13T02:00:00'))).toHaveLength(1);
  });

  test('know that an hour in autumn comes twice, daylight time first', () => {
    expect(createZoneOffsets('America/New_York').instantsOf(local('2016-11-06T01:00:00'))).toEqual([
      Date.parse('2016-11-06T05:00:00Z'),
      Date.parse('2016-11-06T06:00:00Z'),
    ]);
    expect(createZoneOffsets('Europe/London').instantsOf(local('2016-10-30T01:00:00'))).toEqual([
      Date.parse('2016-10-30T00:00:00Z'),
      Date.parse('2016-10-30T01:00:00Z'),
    ]);
  });

  test('refuse what is not a zone', () => {
    expect(() => createZoneOffsets('US/Nowhere')).toThrow('"US/Nowhere" is not an IANA time zone');
  });
});
