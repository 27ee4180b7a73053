import { createIntake } from '../../subgraphs/energy/ingestion/intake.ts';
import { keepAudit } from '../audit/keep-audit.ts';
import { lead } from '../data/leadership.ts';
import { openIngestion } from '../graph/open-ingestion.ts';
import { openStore } from '../graph/open-store.ts';
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
  const ground = await openGround(context, 'workers');
  const { pool, bus } = ground;
  const clock = createDataClock();
  const ingestion = await openIngestion({ pool, bus, log, lifecycle, clock: clock.now });

  const intake = createIntake({ pool, bus, clock: clock.now });

  return {
    async serve() {
      await ingestion.settleRollups();
      await openStore({ pool, bus, log, lifecycle });
      const stop = new AbortController();
      const live = lead({ databaseUrl, name: 'live readings', signal: stop.signal, log }, (signal) =>
        runLiveSource({ config, pool, ingestion, intake, clock, log, signal }),
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
      lifecycle.defer('live readings', () => {
        stop.abort();
        return live;
      });
      return 'The workers are at work.';
    },
  };
}
