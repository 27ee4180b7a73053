import type { Config } from '../../platform/config/load.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { isSubgraphName, subgraphNames } from '../graph/subgraph-definitions.ts';
import { Interrupted, rejectOnAbort } from '../supervisor/stop-signal.ts';
import type { RoleFactory } from './role.ts';
import { superviseeLink } from './supervisee-link.ts';

export interface RunRoleOptions {
  readonly config: Config;
  /** `edge`, `workers` or `subgraph:<name>`. */
  readonly role: string;
  /** A supervisor holds a line to this process. */
  readonly supervised: boolean;
  /** Aborts, with `Interrupted`, when the process is to drain. */
  readonly stop: AbortSignal;
}

/**
 * One role in this process, alone or below a supervisor: built, opened when the supervisor says so, drained when told to stop
 * or when the supervisor is gone. @throws OperatorError when it can't be built or opened.
 */
export async function runRole({ config, role, supervised, stop }: RunRoleOptions): Promise<void> {
  const link = superviseeLink(supervised);
  const drain = AbortSignal.any([stop, link.drain]);
  const log = createLogger({ level: config.run.logLevel, name: role });
  const lifecycle = createLifecycle({
    deadlineMs: config.http.shutdownDeadlineS * 1000,
    log: (message, err) => log.warn({ err }, message),
  });

  async function open(): Promise<void> {
    const { databaseUrl, redisUrl } = config.services;
    if (databaseUrl === undefined || redisUrl === undefined) {
      throw new OperatorError(
        `The role ${role} alone needs DATABASE_URL and REDIS_URL: it shares both with the other parts.`,
      );
    }
    const factory = await loadRole(role);
    const prepared = await factory({ config, databaseUrl, redisUrl, log, lifecycle });
    await link.prepared();
    log.info(await prepared.serve());
    link.ready();
  }

  try {
    const stopped = rejectOnAbort(drain);
    await Promise.race([open(), stopped]);
    await stopped;
  } catch (error) {
    if (error instanceof Interrupted) return;
    // Whatever else it is has its origin in the log, where the supervisor looks for its last words.
    if (error instanceof OperatorError) link.failed(error.message);
    throw error;
  } finally {
    log.info('Draining.');
    const { hung, failed } = await lifecycle.close();
    log.info({ hung, failed: failed.map(({ name }) => name) }, 'Drained.');
  }
}

/** Loads what the role needs and nothing else. */
async function loadRole(role: string): Promise<RoleFactory> {
  if (role === 'edge') return (await import('./edge.ts')).createEdge;
  if (role === 'workers') return (await import('./workers.ts')).createWorkers;
  const name = role.replace(/^subgraph:/, '');
  if (!isSubgraphName(name))
    throw new OperatorError(`There is no subgraph "${name}"; there are ${subgraphNames.join(' and ')}.`);
  const { createSubgraphRole } = await import('./subgraph.ts');
  return (context) => createSubgraphRole(name, context);
}
