import { createZoneOffsets } from '../zone-offsets.ts';
import type { Climate } from './climates.ts';
import { holidaysOf } from './holidays.ts';
import { DayKind } from './schedules.ts';
import { createWeather } from './weather.ts';

/** What all meters of a site share in a UTC month, hour by hour. Hours are counted from 1970, in UTC. */
export interface SiteMonth {
  readonly startHour: number;
  readonly endHour: number;
  readonly temperatureC: Float64Array;
  /** Day kind x 24 + hour of the local clock: the place in a schedule's table. */
  readonly slot: Uint8Array;
  /** The local day, counted from 1970. */
  readonly day: Int32Array;
  /** Sunlight on level ground, as a share of the strongest, clouds counted. */
  readonly sunlight: Float64Array;
  /** How much a garden drinks in the hour, 0 to about 1; only at the hours when sprinklers run. */
  readonly watering: Float64Array;
}

export interface SiteMonths {
  /** The month that holds an hour. Made once and kept: a site's month is 25 kB. */
  monthOf(hour: number): SiteMonth;
}

const hourMs = 3_600_000;

export function createSiteMonths(seed: number, climate: Climate): SiteMonths {
  const weather = createWeather(seed, climate);
  const offsets = createZoneOffsets(climate.timeZone);
  const holidaysByYear = new Map<number, ReadonlySet<number>>();
  const months = new Map<number, SiteMonth>();

  const isHoliday = (day: number): boolean => {
    const year = new Date(day * 24 * hourMs).getUTCFullYear();
    let days = holidaysByYear.get(year);
    if (days === undefined) {
      days = holidaysOf(climate.holidays, year);
      holidaysByYear.set(year, days);
    }
    return days.has(day);
  };

  const kindOf = (day: number): DayKind => {
    const weekday = (day + 4) % 7;
    if (weekday === 0 || isHoliday(day)) return DayKind.sunday;
    if (weekday === 6) return DayKind.saturday;
    return isBreak(day, climate.latitude >= 0) ? DayKind.breakDay : DayKind.workday;
  };

  const make = (startHour: number, endHour: number): SiteMonth => {
    const hours = endHour - startHour;
    const temperatureC = weather.temperatureC(startHour, hours);
    const [slot, day] = [new Uint8Array(hours), new Int32Array(hours)];
    const [sunlight, watering] = [new Float64Array(hours), new Float64Array(hours)];
    for (let index = 0; index < hours; index += 1) {
      const utcMs = (startHour + index) * hourMs;
      const localHour = Math.floor((utcMs + offsets.offsetAt(utcMs)) / hourMs);
      const localDay = Math.floor(localHour / 24);
      const hourOfDay = localHour - localDay * 24;
      const cloud = weather.cloud(localDay);
      slot[index] = kindOf(localDay) * 24 + hourOfDay;
      day[index] = localDay;
      sunlight[index] = weather.sun(startHour + index) * (1 - 0.75 * cloud);
      const thirst = Math.max(0, ((temperatureC[index] as number) - 6) / 20);
      watering[index] = (hourOfDay === 4 || hourOfDay === 5) && cloud < 0.75 ? thirst : 0;
    }
    return { startHour, endHour, temperatureC, slot, day, sunlight, watering };
  };

  return {
    monthOf(hour) {
      const date = new Date(hour * hourMs);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      const key = year * 12 + month;
      let made = months.get(key);
      if (made === undefined) {
        made = make(Date.UTC(year, month, 1) / hourMs, Date.UTC(year, month + 1, 1) / hourMs);
        months.set(key, made);
      }
      return made;
    },
  };
}

/** Between terms: two and a half months of summer, two weeks of winter. */
function isBreak(day: number, northern: boolean): boolean {
  const date = new Date(day * 24 * hourMs);
  const monthDay = (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
  if (northern) return (monthDay >= 610 && monthDay <= 825) || monthDay >= 1220 || monthDay <= 104;
  return (monthDay >= 701 && monthDay <= 715) || monthDay >= 1205 || monthDay <= 220;
}
