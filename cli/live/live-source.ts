import type { Pool } from 'pg';
import { correctionsFor } from '../../connectors/bdg2/corrections.ts';
import { createBdg2Replay } from '../../connectors/bdg2/replay.ts';
import { systemClock } from '../../connectors/clock.ts';
import { createSyntheticLive } from '../../connectors/synthetic/live.ts';
import type { Config } from '../../platform/config/load.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Ingestion, Intake } from '../../subgraphs/energy/ingestion/types.ts';
import { datasetOf, describeDataset } from '../data/dataset.ts';
import { heldContent } from '../data/dataset-store.ts';
import { syntheticPortfolio } from '../data/synthetic.ts';
import type { DataClock } from './data-clock.ts';
import { createReadingSink } from './reading-sink.ts';

export interface LiveSourceOptions {
  readonly config: Config;
  readonly pool: Pool;
  readonly ingestion: Ingestion;
  readonly intake: Intake;
  readonly clock: DataClock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Keeps readings coming for the portfolio that the database was begun with, from where its readings end. A database that was
 * not begun with one (production) gets its readings from its own meters, and nothing is made up for it.
 */
export async function runLiveSource({
  config,
  pool,
  ingestion,
  intake,
  clock,
  log,
  signal,
}: LiveSourceOptions): Promise<void> {
  const dataset = datasetOf(config);
  if ((await heldContent(pool)) !== dataset.content) {
    log.info('This database was not begun with a portfolio of ours: readings come from connectors alone.');
    return;
  }
  const sink = createReadingSink({ ingestion, intake, log });
  const { speed } = config.source;
  const common = { sink, clock: systemClock, log, ...(speed === undefined ? {} : { speed }) };
  log.info(`Live readings of ${describeDataset(dataset)}.`);
  switch (dataset.kind) {
    case 'synthetic': {
      const until = await ingestion.storedUntil();
      const portfolio = syntheticPortfolio(dataset);
      const startMs = Date.now();
      const live = createSyntheticLive({
        ...common,
        portfolio,
        storedUntilMs: (id) => until.get(id) ?? startMs,
      });
      clock.follow(live.now);
      return live.run(signal);
    }
    case 'bdg2': {
      const replay = createBdg2Replay({
        ...common,
        dir: dataset.directory,
        corrections: correctionsFor(dataset.corrected),
        latestMs: await ingestion.latestTimes(),
      });
      return replay.run(signal);
    }
  }
}
