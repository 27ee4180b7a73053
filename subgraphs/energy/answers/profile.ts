import type { WeekHour } from '../store/load.ts';

/** GraphQL's `ProfileHour`. */
export interface ProfileHour extends Pick<WeekHour, 'dayOfWeek' | 'hour' | 'sampleCount'> {
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** All 168 hours, Monday 00:00 first, from those that have readings. */
export function toWeek(measured: readonly WeekHour[]): readonly ProfileHour[] {
  const at = new Map(measured.map((hour) => [indexOf(hour), hour]));
  return Array.from({ length: 168 }, (_, index) => {
    const place = { dayOfWeek: Math.floor(index / 24) + 1, hour: index % 24 };
    return at.get(index) ?? { ...place, mean: null, min: null, max: null, sampleCount: 0 };
  });
}

const indexOf = ({ dayOfWeek, hour }: Pick<WeekHour, 'dayOfWeek' | 'hour'>): number =>
  (dayOfWeek - 1) * 24 + hour;
