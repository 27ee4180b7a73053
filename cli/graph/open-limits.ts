import { createLimiter } from '../../platform/limits/limiter.ts';
import { createPrincipalLimits, type PrincipalLimits } from '../../platform/limits/principal-limits.ts';
import type { Limiter, Policy } from '../../platform/limits/types.ts';
import type { Ground } from '../roles/ground.ts';
import type { RoleContext } from '../roles/role.ts';

/** What may be asked in a time, counted in Redis over all processes. */
export interface Limits {
  readonly ofPrincipal: PrincipalLimits;
  /** Requests of a network address. */
  readonly ofAddress: Limiter;
  /** Calls of one tool by one principal. */
  readonly ofTool: Limiter;
  /** Requests with readings, by principal. */
  readonly ofSender: Limiter;
}

const minuteS = 60;
const dayS = 24 * 3_600;

export function openLimits(
  { config, log }: RoleContext,
  { redis, metrics }: Pick<Ground, 'redis' | 'metrics'>,
): Limits {
  const { requests, cost, costOfDay, address, tool, ingest } = config.rates;
  const away = metrics.counter({
    name: 'eaio_limits_without_redis_total',
    help: 'Times that Redis could not be asked for a limit, so that this process counted by itself for a while.',
  });
  const limiter = (name: string, points: number, windowS: number): Limiter =>
    createLimiter({
      policy: { name, points, windowS } satisfies Policy,
      redis,
      onAway(err) {
        away.inc();
        log.warn({ err, policy: name }, 'Redis can not be asked for a limit: this process counts by itself.');
      },
    });
  return {
    ofPrincipal: createPrincipalLimits([
      { limiter: limiter('requests', requests, minuteS), of: 'request' },
      { limiter: limiter('cost', cost, minuteS), of: 'cost' },
      { limiter: limiter('day', costOfDay, dayS), of: 'cost' },
    ]),
    ofAddress: limiter('address', address, minuteS),
    ofTool: limiter('tool', tool, minuteS),
    ofSender: limiter('ingest', ingest, minuteS),
  };
}
