import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DateTime } from 'luxon';

export interface YearTotal {
  readonly buildingId: string;
  /** Calendar year of the building's own clock. */
  readonly year: number;
  readonly kwh: number;
  readonly hours: number;
}

/**
 * Ground truth: electricity per building and calendar year straight from the publisher's two files, in plain code that
 * shares nothing with the reader. A row stamped in an hour that the site's clock skipped does not count.
 * `zones` replaces the published zone of a site, by its id: `{ Fox: 'America/Phoenix' }`.
 */
export async function independentTotals(
  dir: string,
  zones: Readonly<Record<string, string>> = {},
): Promise<readonly YearTotal[]> {
  const zoneOf = new Map<string, string>();
  // The columns in question hold no commas, and come before any that does.
  for (const line of (await readFile(join(dir, 'metadata.csv'), 'utf8')).split('\n').slice(1)) {
    const cells = line.split(',');
    const [id, siteId] = cells;
    if (id === undefined || siteId === undefined || cells[10] === undefined) continue;
    zoneOf.set(id, zones[siteId] ?? cells[10]);
  }

  const text = gunzipSync(await readFile(join(dir, 'electricity_cleaned.csv.gz'))).toString();
  const [header = '', ...rows] = text.trimEnd().split('\n');
  const ids = header.split(',').slice(1);
  const idZones = ids.map((id) => zoneOf.get(id) ?? 'UTC');
  const zoneNames = [...new Set(idZones)];
  const totals = new Map<number, { buildingId: string; year: number; kwh: number; hours: number }[]>();
  for (const row of rows) {
    const [stamp = '', ...cells] = row.split(',');
    const year = Number(stamp.slice(0, 4));
    let ofYear = totals.get(year);
    if (ofYear === undefined) {
      ofYear = ids.map((buildingId) => ({ buildingId, year, kwh: 0, hours: 0 }));
      totals.set(year, ofYear);
    }
    // Clocks change in the first hours of a day.
    const skippedBy = zoneNames.filter((zone) => {
      if (stamp.slice(11, 13) > '03') return false;
      const time = DateTime.fromISO(stamp.replace(' ', 'T'), { zone });
      return time.toFormat('HH') !== stamp.slice(11, 13);
    });
    for (const [index, total] of ofYear.entries()) {
      const cell = cells[index];
      if (cell === undefined || cell === '' || skippedBy.includes(idZones[index] ?? '')) continue;
      total.kwh += Number(cell);
      total.hours += 1;
    }
  }
  return [...totals.values()].flat();
}
