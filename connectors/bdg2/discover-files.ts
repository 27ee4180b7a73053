import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { type MeterType, meterTypes } from '../facts.ts';

export type Variant = 'raw' | 'cleaned';

export interface MeterFileRef {
  readonly path: string;
  readonly type: MeterType;
  readonly variant: Variant;
}

export interface Bdg2Files {
  readonly metadata: string;
  /** At most one for each meter type, in the order of `meterTypes`. */
  readonly meters: readonly MeterFileRef[];
}

/** Where the files lie: side by side, or as in the publisher's repository. */
const folders = [
  '',
  'metadata',
  'meters/cleaned',
  'meters/raw',
  'data/metadata',
  'data/meters/cleaned',
  'data/meters/raw',
];
const fileName = (type: MeterType): string => type.toLowerCase().replaceAll('_', '');

/**
 * Finds `metadata.csv` and the eight meter files (`<type>.csv`, `<type>_cleaned.csv`, either also `.gz`).
 * Where both raw and cleaned are there, `prefer` chooses; where one is, that one is taken. Unpacked goes before packed.
 * Throws an OperatorError that says what is missing.
 */
export async function discoverFiles(
  dir: string,
  { prefer = 'cleaned' }: { readonly prefer?: Variant } = {},
): Promise<Bdg2Files> {
  const found = new Map<string, string>();
  let readable = false;
  for (const folder of folders) {
    const names = await readdir(join(dir, folder)).catch(() => null);
    readable ||= names !== null && folder === '';
    for (const name of names ?? []) if (!found.has(name)) found.set(name, join(dir, folder, name));
  }
  if (!readable)
    throw new OperatorError(
      `The folder ${dir} cannot be read: give the folder that holds BDG2's metadata.csv.`,
    );

  const either = (stem: string): string | undefined =>
    found.get(`${stem}.csv`) ?? found.get(`${stem}.csv.gz`);
  const metadata = either('metadata');
  if (metadata === undefined)
    throw new OperatorError(`There is no metadata.csv in ${dir}: give the folder that holds BDG2's files.`);

  const order: readonly Variant[] = prefer === 'cleaned' ? ['cleaned', 'raw'] : ['raw', 'cleaned'];
  const meters = meterTypes.flatMap((type) => {
    const refs = order.flatMap((variant) => {
      const path = either(variant === 'cleaned' ? `${fileName(type)}_cleaned` : fileName(type));
      return path === undefined ? [] : [{ path, type, variant }];
    });
    return refs.slice(0, 1);
  });
  if (meters.length === 0) {
    const names = meterTypes.map(fileName).join(', ');
    throw new OperatorError(
      `There is no meter file in ${dir}: BDG2 names them <type>.csv or <type>_cleaned.csv (also .gz), types ${names}.`,
    );
  }
  return { metadata, meters };
}
