import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DateTime } from 'luxon';
import { bdg2Dir } from '../bdg2/sample.ts';

/** One row of one column of the sample, as its file says it: by the wall clock. */
export interface SampleRow {
  /** `yyyy-mm-dd`. */
  readonly date: string;
  readonly hour: number;
  /** 1 (Monday) to 7. */
  readonly dayOfWeek: number;
  /** Unix ms. */
  readonly timeMs: number;
  readonly kwh: number;
}

export interface SampleBuilding {
  readonly id: string;
  readonly siteId: string;
  readonly timeZone: string;
  readonly floorAreaSqm: number;
  readonly rows: readonly SampleRow[];
}

/** Every building with an electricity meter in the sample. */
export const sampleIds = (): readonly string[] =>
  gunzipSync(readFileSync(join(bdg2Dir, 'electricity_cleaned.csv.gz')))
    .toString()
    .slice(0, 10_000)
    .split('\n', 1)
    .flatMap((header) => header.trim().split(',').slice(1));

/** Some buildings of the real sample, read in the plainest way; rows of hours that the clock skipped are left out. */
export function readSample(ids: readonly string[]): readonly SampleBuilding[] {
  const metadata = new Map(
    readFileSync(join(bdg2Dir, 'metadata.csv'), 'utf8')
      .split('\n')
      .map((line) => line.split(','))
      .map((cells) => [cells[0], cells]),
  );
  const [header = '', ...lines] = gunzipSync(readFileSync(join(bdg2Dir, 'electricity_cleaned.csv.gz')))
    .toString()
    .trimEnd()
    .split('\n');
  const columns = header.split(',');
  const stamps = lines.map((line) => line.slice(0, 19));
  const table = lines.map((line) => line.split(','));
  const timesOf = new Map<string, readonly (DateTime | null)[]>();
  return ids.map((id) => {
    const facts = metadata.get(id) ?? [];
    const timeZone = facts[10] ?? '';
    const times = timesOf.get(timeZone) ?? stamps.map((stamp) => timeOf(stamp, timeZone));
    timesOf.set(timeZone, times);
    const column = columns.indexOf(id);
    const rows = stamps.flatMap((stamp, index): readonly SampleRow[] => {
      const time = times[index];
      const cell = table[index]?.[column] ?? '';
      if (cell === '' || time === null || time === undefined) return [];
      return [
        {
          date: stamp.slice(0, 10),
          hour: time.hour,
          dayOfWeek: time.weekday,
          timeMs: time.toMillis(),
          kwh: Number(cell),
        },
      ];
    });
    return { id, siteId: facts[1] ?? '', timeZone, floorAreaSqm: Number(facts[6]), rows };
  });
}

/** Null for a time that the zone's clocks skipped. */
function timeOf(stamp: string, zone: string): DateTime | null {
  const time = DateTime.fromISO(stamp.replace(' ', 'T'), { zone });
  return time.hour === Number(stamp.slice(11, 13)) ? time : null;
}
