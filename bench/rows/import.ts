import { join } from 'node:path';
import { loadBdg2 } from '../../cli/data/load-bdg2.ts';
import { loadSynthetic } from '../../cli/data/load-synthetic.ts';
import { type Loader, openLoader } from '../../cli/data/loader.ts';
import { migrateAll } from '../../cli/data/migrate-all.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { bdg2Dir, sampleIsHere } from '../../test/bdg2/sample.ts';
import type { Ground } from '../ground/ground.ts';
import type { Bench } from '../measure/bench.ts';
import type { Row } from '../measure/row.ts';
import { silentSteps } from '../measure/silent-steps.ts';
import { openRawCopy } from '../reference/raw-copy.ts';

const buildings = 20;

/**
 * Whole imports into empty databases: read, checked, stored, rolled up by hour, day and month, from files to the last commit.
 * The reference is COPY alone of the rows that the import stored.
 */
export const importing: Bench = {
  name: 'import',
  about: 'BDG2 files and synthetic history into an empty database, beside a bare COPY of the same rows',
  async run({ ground, quick, rounds: usual, say }) {
    const base = await ground();
    const rounds = quick ? 1 : Math.min(usual, 3);
    const rows: Row[] = [];
    if (sampleIsHere) {
      const bdg2 = await measure(base, 'bdg2', rounds, async (loader) => {
        await loadBdg2({ directory: bdg2Dir, holdBack: false, loader, steps: silentSteps, signal: never });
      });
      rows.push({
        ...bdg2,
        what: 'import of the BDG2 sample, files to rollups',
        aim: { of: 'ours', least: 100_000 },
      });
    } else {
      say(`${bdg2Dir} is not there: the import of BDG2 is left out (BDG2_DIR names its folder)`);
    }
    const synthetic = await measure(base, 'synthetic', rounds, async (loader) => {
      const faultsFile = join(base.folder, 'import-faults.json');
      await loadSynthetic({ buildings, seed: 1, loader, faultsFile, steps: silentSteps, signal: never });
    });
    return [...rows, { ...synthetic, what: `synthetic history, two years of ${buildings} buildings` }];
  },
};

const never = new AbortController().signal;

async function measure(
  ground: Ground,
  name: string,
  rounds: number,
  load: (loader: Loader) => Promise<void>,
): Promise<Pick<Row, 'ours' | 'reference'>> {
  const ours: number[] = [];
  const copied: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const databaseUrl = await ground.database(`import_${name}_${round}`);
    await migrateAll(databaseUrl);
    await using lifecycle = createLifecycle();
    const loader = await openLoader({ databaseUrl, redisUrl: ground.redisUrl, lifecycle });
    const begun = performance.now();
    await load(loader);
    const seconds = (performance.now() - begun) / 1_000;
    await using raw = await openRawCopy(databaseUrl);
    const { bytes, rows } = await raw.dump();
    ours.push(rows / seconds);
    copied.push(rows / (await raw.load(bytes)));
  }
  return {
    ours: { samples: ours, unit: '/s' },
    reference: { name: 'COPY alone, same rows and key', samples: copied, unit: '/s' },
  };
}
