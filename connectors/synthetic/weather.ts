import type { Climate } from './climates.ts';
import { hashText, mix, normal } from './random.ts';

/** A site's weather, hour by hour: a pure function of seed, site and time. */
export interface Weather {
  /** Outdoor temperature, degrees Celsius, of `count` hours from `startHour` on (hours since 1970, UTC). */
  temperatureC(startHour: number, count: number): Float64Array;
  /** Share of the sky under cloud, 0 to 1, of a day (days since 1970, UTC). */
  cloud(day: number): number;
  /** Sine of the sun's height over the horizon, 0 at night. */
  sun(hour: number): number;
}

/** An AR(1) process is the sum of its past innovations, each fading; cut here, any hour can be made by itself. */
const memoryHours = 240;
const hourly = 0.985;
const fading = Float64Array.from(
  { length: memoryHours },
  (_, lag) => hourly ** lag * Math.sqrt(1 - hourly ** 2),
);
const radians = Math.PI / 180;

export function createWeather(seed: number, climate: Climate): Weather {
  const air = hashText(seed, `${climate.siteId} air`);
  const sky = hashText(seed, `${climate.siteId} sky`);
  const { latitude, longitude } = climate;
  const warmestDay = latitude >= 0 ? 201 : 19;

  const dayOfYear = (hour: number): number => (hour / 24) % 365.25;
  const declination = (hour: number): number =>
    -23.44 * radians * Math.cos((2 * Math.PI * (dayOfYear(hour) + 10)) / 365.25);
  const solarHour = (hour: number): number => (((hour + 0.5 + longitude / 15) % 24) + 24) % 24;

  const cloud = (day: number): number => {
    // Overcast days come in spells: three days' draws are averaged.
    const draw =
      (normal(mix(sky, day)) + normal(mix(sky, day - 1)) + normal(mix(sky, day - 2))) / Math.sqrt(3);
    return Math.min(1, Math.max(0, climate.cloud + 0.28 * draw));
  };

  return {
    cloud,
    sun(hour) {
      const tilt = declination(hour);
      const angle = (solarHour(hour) - 12) * 15 * radians;
      return Math.max(
        0,
        Math.sin(latitude * radians) * Math.sin(tilt) +
          Math.cos(latitude * radians) * Math.cos(tilt) * Math.cos(angle),
      );
    },
    temperatureC(startHour, count) {
      const innovations = Float64Array.from({ length: count + memoryHours }, (_, index) =>
        normal(mix(air, startHour - memoryHours + 1 + index)),
      );
      return Float64Array.from({ length: count }, (_, index) => {
        const hour = startHour + index;
        let passing = 0;
        for (let lag = 0; lag < memoryHours; lag += 1)
          passing += (fading[lag] as number) * (innovations[index + memoryHours - 1 - lag] as number);
        const season = Math.cos((2 * Math.PI * (dayOfYear(hour) - warmestDay)) / 365.25);
        const day =
          Math.cos((2 * Math.PI * (solarHour(hour) - 15)) / 24) * (1.3 - 0.6 * cloud(Math.floor(hour / 24)));
        return climate.meanC + climate.seasonC * season + climate.dayC * day + climate.weatherC * passing;
      });
    },
  };
}
