import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Config } from '../../platform/config/load.ts';

/** The portfolio that a system serves. */
export type Dataset = DatasetNames &
  (
    | { readonly kind: 'synthetic'; readonly buildings: number; readonly seed: number }
    | {
        readonly kind: 'bdg2';
        readonly directory: string;
        /** Whether what the data prove wrong in the published metadata is corrected. Moves a site's readings in time. */
        readonly corrected: boolean;
      }
  );

interface DatasetNames {
  /**
   * With a local PostgreSQL every data set has a database of this name, so that going from one to another and back loads
   * nothing twice and mixes nothing.
   */
  readonly name: string;
  /** Equal for data sets that may share a database: BDG2 is BDG2 wherever its folder lies, when it is read in the same way. */
  readonly content: string;
}

/** What the settings ask for. */
export function datasetOf({ source }: Pick<Config, 'source'>): Dataset {
  return source.bdg2Dir === undefined
    ? syntheticDataset(source)
    : bdg2Dataset(source.bdg2Dir, source.bdg2Corrections);
}

function syntheticDataset({
  buildings,
  seed,
}: {
  readonly buildings: number;
  readonly seed: number;
}): Dataset {
  const name = `synthetic_${buildings}_seed_${seed}`;
  return { kind: 'synthetic', name, content: name, buildings, seed };
}

export function bdg2Dataset(directory: string, corrected: boolean): Dataset & { readonly kind: 'bdg2' } {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  const way = corrected ? '_corrected' : '';
  return { kind: 'bdg2', name: `bdg2_${hash}${way}`, content: `bdg2${way}`, directory, corrected };
}

/** For people: `60 synthetic buildings (seed 1)`. */
export function describeDataset(dataset: Dataset): string {
  switch (dataset.kind) {
    case 'synthetic':
      return `${dataset.buildings} synthetic buildings (seed ${dataset.seed})`;
    case 'bdg2':
      return `BDG2 from ${basename(dataset.directory)}${dataset.corrected ? ', with corrections' : ''}`;
  }
}
