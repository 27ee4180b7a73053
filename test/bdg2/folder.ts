import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface Folder extends AsyncDisposable {
  readonly dir: string;
}

/** A folder of small BDG2 files; a name that ends in `.gz` is packed. */
export async function createFolder(files: Readonly<Record<string, string>>): Promise<Folder> {
  const dir = await mkdtemp(join(tmpdir(), 'eaio-bdg2-test-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), name.endsWith('.gz') ? gzipSync(text) : text);
  }
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
}

const columns = [
  'building_id',
  'site_id',
  'primaryspaceusage',
  'sqm',
  'timezone',
  'lat',
  'lng',
  'electricity',
  'gas',
  'eui',
  'leed_level',
];

/** A metadata.csv of these columns; what a line does not say is empty. */
export function metadataOf(lines: readonly Readonly<Record<string, string>>[], lineEnd = '\n'): string {
  return (
    [columns.join(','), ...lines.map((line) => columns.map((name) => line[name] ?? '').join(','))].join(
      lineEnd,
    ) + lineEnd
  );
}

/** Lines `stamp,cells` for consecutive hours of the wall clock, as BDG2 has them: no hour skipped, none doubled. */
export function hourlyRows(from: string, hours: number, cells: (hour: number) => string): string {
  const start = Date.parse(`${from}Z`);
  return Array.from({ length: hours }, (_, hour) => {
    const stamp = new Date(start + hour * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    return `${stamp},${cells(hour)}\n`;
  }).join('');
}
