import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Config } from '../../platform/config/load.ts';

/** The portfolio that a system serves. */
export type Dataset =
  | { readonly kind: 'synthetic'; readonly name: string; readonly buildings: number; readonly seed: number }
  | { readonly kind: 'bdg2'; readonly name: string; readonly directory: string };

/** What the settings ask for. */
export function datasetOf({ source }: Pick<Config, 'source'>): Dataset {
  return source.bdg2Dir === undefined ? syntheticDataset(source) : bdg2Dataset(source.bdg2Dir);
}

const syntheticDataset = ({ buildings, seed }: { buildings: number; seed: number }): Dataset => ({
  kind: 'synthetic',
  name: `synthetic_${buildings}_seed_${seed}`,
  buildings,
  seed,
});

/**
 * A name for each folder: with a local PostgreSQL every data set has a database of its own, so that going from one to
 * another and back loads nothing twice and mixes nothing.
 */
export const bdg2Dataset = (directory: string): Dataset => ({
  kind: 'bdg2',
  name: `bdg2_${createHash('sha256').update(directory).digest('hex').slice(0, 8)}`,
  directory,
});

/** For people: `60 synthetic buildings (seed 1)`. */
export function describeDataset(dataset: Dataset): string {
  switch (dataset.kind) {
    case 'synthetic':
      return `${dataset.buildings} synthetic buildings (seed ${dataset.seed})`;
    case 'bdg2':
      return `BDG2 from ${basename(dataset.directory)}`;
  }
}
