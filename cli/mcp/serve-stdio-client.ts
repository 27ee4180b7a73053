import { once } from 'node:events';
import { serveMcpStdio } from '../../mcp-adapter/server/stdio.ts';
import type { Config } from '../../platform/config/load.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { createPrincipal } from '../../platform/identity/access.ts';
import type { Role } from '../../platform/identity/roles.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { openMcp } from '../graph/open-mcp.ts';
import { openRouter } from '../graph/open-router.ts';
import { openGround } from '../roles/ground.ts';
import { createEdgeIdentity } from '../roles/identity.ts';
import { dataFolder } from '../state/data-folder.ts';
import { lives, readRun } from '../state/run-file.ts';
import { Interrupted, rejectOnAbort } from '../supervisor/stop-signal.ts';

export interface StdioClientOptions {
  readonly config: Config;
  readonly role: readonly Role[];
  /** Default: all. */
  readonly buildings?: readonly string[] | undefined;
  readonly domain?: string | undefined;
  readonly mode: 'full' | 'search';
  /** Aborts, with `Interrupted`, when the process is to end. */
  readonly stop: AbortSignal;
}

/** Serves one client on standard input and output until it hangs up: the router in this process, over the running system's data. @throws OperatorError when none runs. */
export async function serveStdioClient({
  config,
  role,
  buildings,
  domain,
  mode,
  stop,
}: StdioClientOptions): Promise<void> {
  // Standard output belongs to the protocol; the logger writes to standard error.
  const log = createLogger({ level: 'warn', name: 'mcp' });
  await using lifecycle = createLifecycle({ log: (message, err) => log.warn({ err }, message) });
  const context = { config, log, lifecycle, ...findSystem(config) };
  const ground = await openGround(context, 'mcp');
  const { internal } = await createEdgeIdentity(config);
  const { router } = await openRouter(context, ground, internal);
  const adapter = await openMcp({
    router,
    log,
    lifecycle,
    baseUrl: 'stdio:',
    redis: undefined,
    health: () => 'ok',
    audit: ground.audit,
  });
  const principal = createPrincipal({
    subject: `local:${role.join('+')}`,
    roles: role,
    buildings: buildings ?? 'all',
    expiresAtMs: Number.POSITIVE_INFINITY,
    claims: {},
  });
  const hungUp = once(process.stdin, 'close');
  const door = serveMcpStdio({ adapter, principal, mode, ...(domain === undefined ? {} : { domain }) });
  lifecycle.defer('client', () => door.close());
  try {
    await Promise.race([hungUp, rejectOnAbort(stop)]);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
}

/** The databases of the system that runs on the data folder, unless the settings name others. */
function findSystem({ run, services }: Config): { readonly databaseUrl: string; readonly redisUrl: string } {
  const found = readRun(dataFolder(run.dataDir).runFile);
  const running = found !== undefined && lives(found.process) ? found : undefined;
  const databaseUrl = services.databaseUrl ?? running?.databaseUrl;
  const redisUrl = services.redisUrl ?? running?.redisUrl;
  if (databaseUrl !== undefined && redisUrl !== undefined) return { databaseUrl, redisUrl };
  throw new OperatorError(
    `No EAIO runs on ${run.dataDir}: start it with \`npm start\`, name its folder with --data-dir DIR, or set DATABASE_URL and REDIS_URL.`,
  );
}
