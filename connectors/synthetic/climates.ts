import type { Holidays } from './holidays.ts';

/** A place that a synthetic site can be at. Means and swings are rounded climate normals. */
export interface Climate {
  /** A tree's name, as BDG2 has animals'. */
  readonly siteId: string;
  readonly city: string;
  readonly timeZone: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly holidays: Holidays;
  /** Mean of the year, degrees Celsius. */
  readonly meanC: number;
  /** Half the difference of the warmest and the coldest month. */
  readonly seasonC: number;
  /** Half the difference of a clear day's afternoon and night. */
  readonly dayC: number;
  /** Deviation of the weather that passes in days. */
  readonly weatherC: number;
  /** Mean share of the sky under cloud, 0 to 1. */
  readonly cloud: number;
}

/** In the order in which a portfolio takes them: the first four are as different as can be. */
export const climates: readonly Climate[] = [
  {
    siteId: 'Alder',
    city: 'Boston',
    timeZone: 'America/New_York',
    latitude: 42.36,
    longitude: -71.06,
    holidays: 'US',
    meanC: 10.8,
    seasonC: 12.5,
    dayC: 4.5,
    weatherC: 4.2,
    cloud: 0.52,
  },
  {
    siteId: 'Rowan',
    city: 'London',
    timeZone: 'Europe/London',
    latitude: 51.51,
    longitude: -0.13,
    holidays: 'UK',
    meanC: 11.5,
    seasonC: 7.2,
    dayC: 3.8,
    weatherC: 2.9,
    cloud: 0.66,
  },
  {
    siteId: 'Spruce',
    city: 'Minneapolis',
    timeZone: 'America/Chicago',
    latitude: 44.98,
    longitude: -93.27,
    holidays: 'US',
    meanC: 8.0,
    seasonC: 16.8,
    dayC: 5.2,
    weatherC: 4.9,
    cloud: 0.5,
  },
  {
    siteId: 'Mesquite',
    city: 'Phoenix',
    timeZone: 'America/Phoenix',
    latitude: 33.45,
    longitude: -112.07,
    holidays: 'US',
    meanC: 23.9,
    seasonC: 11.2,
    dayC: 7.5,
    weatherC: 2.8,
    cloud: 0.18,
  },
  {
    siteId: 'Banyan',
    city: 'Singapore',
    timeZone: 'Asia/Singapore',
    latitude: 1.35,
    longitude: 103.82,
    holidays: 'NONE',
    meanC: 27.8,
    seasonC: 0.8,
    dayC: 3.2,
    weatherC: 0.9,
    cloud: 0.62,
  },
  {
    siteId: 'Olive',
    city: 'Madrid',
    timeZone: 'Europe/Madrid',
    latitude: 40.42,
    longitude: -3.7,
    holidays: 'NONE',
    meanC: 15.0,
    seasonC: 10.0,
    dayC: 6.2,
    weatherC: 2.7,
    cloud: 0.35,
  },
  {
    siteId: 'Kauri',
    city: 'Auckland',
    timeZone: 'Pacific/Auckland',
    latitude: -36.85,
    longitude: 174.76,
    holidays: 'NONE',
    meanC: 15.5,
    seasonC: 4.6,
    dayC: 3.4,
    weatherC: 1.9,
    cloud: 0.55,
  },
  {
    siteId: 'Sequoia',
    city: 'San Francisco',
    timeZone: 'America/Los_Angeles',
    latitude: 37.77,
    longitude: -122.42,
    holidays: 'US',
    meanC: 14.1,
    seasonC: 3.6,
    dayC: 3.9,
    weatherC: 1.8,
    cloud: 0.4,
  },
];
