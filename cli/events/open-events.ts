import { userInfo } from 'node:os';
import { pino } from 'pino';
import { createAuditTrail } from '../../platform/audit/trail.ts';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import { createOffice } from '../../platform/bus/office.ts';
import { createOverview } from '../../platform/bus/overview.ts';
import { createReplays } from '../../platform/bus/replay/replay.ts';
import type { Config } from '../../platform/config/load.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { busTopics } from '../data/bus-topics.ts';
import { openRunning } from '../state/open-running.ts';

/** The running system's event bus, for whoever looks after it at a terminal. */
export async function openEvents(config: Config) {
  await using made = new AsyncDisposableStack();
  const { redis } = made.use(await openRunning(config, 'events'));
  const schemas = loadEventSchemas();
  const log = pino({ level: 'silent' });
  const bus = made.use(createBus({ redis, schemas, topics: busTopics, log }));
  const audit = made.use(createAuditTrail({ bus, metrics: createMetrics(), log, source: '/cli' }));
  const office = createOffice({ redis, schemas, topics: busTopics, maxLength: 10_000 });
  const open = made.move();
  return {
    overview: createOverview({ redis, office }),
    deadLetters: office.deadLetters,
    replays: createReplays({ redis, office }),
    /** Resolves when the record of what is about to be done is safe. */
    async onRecord(what: string, args: unknown): Promise<void> {
      const who = { subject: userInfo().username, roles: [] };
      const origin = { address: undefined, userAgent: undefined, door: 'cli' } as const;
      await audit.recordFirst({ kind: 'admin', what, arguments: args, outcome: 'begun', who, origin });
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
