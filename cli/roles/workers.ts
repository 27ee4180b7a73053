import { lineageNamespace } from '../../platform/openlineage/run-event.ts';
import { keepAudit } from '../audit/keep-audit.ts';
import { lead } from '../data/leadership.ts';
import { runDetection } from '../detect/run-detection.ts';
import { openIngestion } from '../graph/open-ingestion.ts';
import { openLineage, openQuality } from '../graph/open-quality.ts';
import { createDataClock } from '../live/data-clock.ts';
import { runLiveSource } from '../live/live-source.ts';
import { keepQuality } from '../quality/keep-quality.ts';
import { careForBus } from './bus-care.ts';
import { openGround } from './ground.ts';
import type { PreparedRole, RoleContext } from './role.ts';

/**
 * What goes on behind the door: rollups that a broken-off load has left, and the live source of the portfolio that the
 * database was begun with, in one of however many workers there are.
 */
export async function createWorkers(context: RoleContext): Promise<PreparedRole> {
  const { config, databaseUrl, log, lifecycle } = context;
  const ground = await openGround(context, 'workers');
  const { pool, bus } = ground;
  careForBus(ground, { lifecycle, log });
  const clock = createDataClock();
  const ingestion = await openIngestion({ pool, bus, log, lifecycle, clock: clock.now });

  const { openLineageUrl } = config.services;
  const lineage = openLineage({ pool, log, openLineageUrl });

  return {
    async serve() {
      await lineage.run(
        {
          job: 'rollup',
          description: 'Makes the rollups that a broken-off load has left unmade.',
          inputs: [{ namespace: lineageNamespace, name: 'energy.reading' }],
          outputs: rollups,
        },
        () => ingestion.settleRollups(),
      );
      await runDetection({ pool, bus, log, lifecycle, clock: clock.now });
      const stop = new AbortController();
      const live = lead({ databaseUrl, name: 'live readings', signal: stop.signal, log }, (signal) =>
        runLiveSource({ config, pool, ingestion, clock, log, signal }),
      );
      live.catch((err: unknown) =>
        log.error({ err }, 'The live source has failed; no more readings come from it.'),
      );
      const audit = lead({ databaseUrl, name: 'audit', signal: stop.signal, log }, (signal) =>
        keepAudit(context, ground, signal),
      );
      audit.catch((err: unknown) =>
        log.error({ err }, 'The writer of the audit has failed; records wait in the stream.'),
      );
      lifecycle.defer('writer of the audit', () => {
        stop.abort();
        return audit;
      });
      const quality = await openQuality({ ...ground, log, lifecycle, openLineageUrl });
      const kept = lead({ databaseUrl, name: 'data quality', signal: stop.signal, log }, (signal) =>
        keepQuality({ config, quality, clock: clock.now, log, signal }),
      );
      kept.catch((err: unknown) => log.error({ err }, 'Nobody here looks after the data quality any more.'));
      lifecycle.defer('data quality', () => {
        stop.abort();
        return kept;
      });
      lifecycle.defer('live readings', () => {
        stop.abort();
        return live;
      });
      return 'The workers are at work.';
    },
  };
}

const rollups = ['energy.reading_hour', 'energy.reading_day', 'energy.reading_month'].map((name) => ({
  namespace: lineageNamespace,
  name,
}));
