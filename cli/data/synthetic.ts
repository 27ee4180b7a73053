import { createSyntheticPortfolio, type SyntheticPortfolio } from '../../connectors/synthetic/portfolio.ts';

const usualSites = 4;

/** The made-up portfolio of a data set: history and live source must be those of one and the same. */
export function syntheticPortfolio({
  seed,
  buildings,
}: {
  readonly seed: number;
  readonly buildings: number;
}): SyntheticPortfolio {
  return createSyntheticPortfolio({ seed, buildings, sites: Math.min(usualSites, buildings) });
}
