import { lead } from '../data/leadership.ts';
import { openIngestion } from '../graph/open-ingestion.ts';
import { createDataClock } from '../live/data-clock.ts';
import { runLiveSource } from '../live/live-source.ts';
import { openGround } from './ground.ts';
import type { PreparedRole, RoleContext } from './role.ts';

/**
 * What goes on behind the door: rollups that a broken-off load has left, and the live source of the portfolio that the
 * database was begun with, in one of however many workers there are.
 */
export async function createWorkers(context: RoleContext): Promise<PreparedRole> {
  const { config, databaseUrl, log, lifecycle } = context;
  const { pool, bus } = await openGround(context, 'workers');
  const clock = createDataClock();
  const ingestion = await openIngestion({ pool, bus, log, lifecycle, clock: clock.now });

  return {
    async serve() {
      await ingestion.settleRollups();
      const stop = new AbortController();
      const live = lead({ databaseUrl, name: 'live readings', signal: stop.signal, log }, (signal) =>
        runLiveSource({ config, pool, ingestion, clock, log, signal }),
      );
      live.catch((err: unknown) =>
        log.error({ err }, 'The live source has failed; no more readings come from it.'),
      );
      lifecycle.defer('live readings', () => {
        stop.abort();
        return live;
      });
      return 'The workers are at work.';
    },
  };
}
