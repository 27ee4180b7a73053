import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Bdg2FolderOptions {
  readonly buildings: number;
  readonly days: number;
  /** Default Rat, US/Eastern. */
  readonly site?: { readonly id: string; readonly zone: string };
  /** Cells to write in place of the values: `[row, building, text]`, rows counted from 0. */
  readonly cells?: readonly (readonly [row: number, building: number, text: string])[];
}

/** Writes a folder as BDG2's publisher does: metadata, and one wide file of hourly electricity from 2016-06-01 on, each value 10 + its building's number. */
export async function writeBdg2Folder(
  folder: string,
  { buildings, days, site = { id: 'Rat', zone: 'US/Eastern' }, cells = [] }: Bdg2FolderOptions,
): Promise<readonly string[]> {
  const ids = Array.from({ length: buildings }, (_, index) => `${site.id}_office_${index}`);
  const metadata = [
    'building_id,site_id,primaryspaceusage,sqm,timezone',
    ...ids.map((id) => `${id},${site.id},Office,1000,${site.zone}`),
  ];
  const rows = Array.from({ length: days * 24 }, (_, row) => {
    const stamp = new Date(Date.UTC(2016, 5, 1, row)).toISOString().slice(0, 19).replace('T', ' ');
    const values = ids.map(
      (_, index) => cells.find(([r, b]) => r === row && b === index)?.[2] ?? String(10 + index),
    );
    return [stamp, ...values].join(',');
  });
  await writeFile(join(folder, 'metadata.csv'), `${metadata.join('\n')}\n`);
  await writeFile(
    join(folder, 'electricity.csv'),
    `${[['timestamp', ...ids].join(','), ...rows].join('\n')}\n`,
  );
  return ids;
}
