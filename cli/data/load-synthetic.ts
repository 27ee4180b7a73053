import { writeFile } from 'node:fs/promises';
import {
  defaultHistory,
  type HistoryRange,
  type SyntheticPortfolio,
} from '../../connectors/synthetic/portfolio.ts';
import { formatCount, plural } from '../output/format.ts';
import type { Steps } from '../output/steps.ts';
import type { Loader } from './loader.ts';
import { syntheticPortfolio } from './synthetic.ts';

export interface LoadSyntheticOptions {
  readonly buildings: number;
  readonly seed: number;
  readonly loader: Loader;
  /** Takes the list of the faults that the history holds on purpose. */
  readonly faultsFile: string;
  readonly steps: Steps;
  readonly signal: AbortSignal;
  readonly nowMs?: number;
}

const hourMs = 3_600_000;

/** Two years of a made-up portfolio, up to the hour that is under way. A load that was broken off is simply done again. */
export async function loadSynthetic(options: LoadSyntheticOptions): Promise<void> {
  const { buildings, seed, loader, faultsFile, steps, signal, nowMs = Date.now() } = options;
  const portfolio = syntheticPortfolio({ seed, buildings });
  const range = defaultHistory(nowMs);
  await steps.run('Synthetic portfolio', async (step) => {
    const meters = portfolio.meters.map(({ facts }) => facts);
    await loader.register({ sites: portfolio.sites, buildings: portfolio.buildings, meters });
    step.detail(
      `${plural(portfolio.sites.length, 'site')}, ${plural(buildings, 'building')}, ${plural(meters.length, 'meter')}`,
    );
  });
  await steps.run('History of two years', async (step) => {
    const expected = (portfolio.meters.length * (range.toMs - range.fromMs)) / hourMs;
    const report = await loader.load(portfolio.history(range), {
      source: 'synthetic',
      inputs: [{ namespace: 'eaio', name: `synthetic.${seed}` }],
      signal,
      onProgress: ({ readings }) => step.progress(Math.min(readings, expected), expected, 'readings'),
    });
    step.detail(`${formatCount(report.readings)} readings, ${formatCount(report.readingsPerSecond)}/s`);
  });
  await steps.run('Faults in it', async (step) => {
    const count = await writeFaults({ portfolio, range, file: faultsFile });
    step.detail(`${formatCount(count)}, listed in ${faultsFile}`);
  });
}

async function writeFaults({
  portfolio,
  range,
  file,
}: {
  readonly portfolio: SyntheticPortfolio;
  readonly range: HistoryRange;
  readonly file: string;
}): Promise<number> {
  const faults = portfolio.listFaults(range);
  const list = {
    seed: portfolio.seed,
    buildings: portfolio.buildings.length,
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    faults,
  };
  await writeFile(file, `${JSON.stringify(list, null, 1)}\n`);
  return faults.length;
}
