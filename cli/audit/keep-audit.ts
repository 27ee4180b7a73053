import { setTimeout as delay } from 'node:timers/promises';
import { retireAudit } from '../../platform/audit/retire.ts';
import { writeAudit } from '../../platform/audit/writer.ts';
import type { Ground } from '../roles/ground.ts';
import type { RoleContext } from '../roles/role.ts';
import { auditAnchors, auditArchive } from './anchors.ts';

const dayMs = 24 * 3_600_000;

/** The one writer of the audit, which also archives what is too old, once a day; in whichever process leads. */
export async function keepAudit(
  { config, log }: RoleContext,
  { pool, redis, bus }: Ground,
  signal: AbortSignal,
): Promise<void> {
  const retiring = retireDaily();
  while (!signal.aborted) await writeAudit({ pool, bus, anchors: auditAnchors(config, redis), log, signal });
  await retiring;

  async function retireDaily(): Promise<void> {
    while (!signal.aborted) {
      try {
        const beforeMs = Date.now() - config.audit.keepDays * dayMs;
        const retired = await retireAudit({ pool, folder: auditArchive(config), beforeMs, signal });
        if (retired > 0) log.info({ retired }, 'Old records of the audit are archived.');
      } catch (err) {
        log.error({ err }, 'Old records of the audit can not be archived.');
      }
      await delay(dayMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
