import type { FastifyInstance } from 'fastify';
import { messageOf } from '../../platform/errors/facts.ts';

/** How one thing that we stand on is doing. `degraded`: answers come, but slower or older than they should. */
export interface PartHealth {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly reason?: string | undefined;
}
/** Named; asked at each request for `/health/ready`, and bounded in time by whoever gives it. */
export type HealthChecks = Readonly<Record<string, () => PartHealth | Promise<PartHealth>>>;

/** `/health/live`: the process runs. `/health/ready`: it can answer; 503 while a part is down or while it drains. No token. */
export function registerHealth(
  app: FastifyInstance,
  { checks, isDraining }: { readonly checks: HealthChecks; readonly isDraining: () => boolean },
): void {
  app.get('/health/live', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  );

  app.get('/health/ready', async (_request, reply) => {
    const parts = Object.fromEntries(
      await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await settled(check)] as const),
      ),
    );
    const states = Object.values(parts).map(({ status }) => status);
    const status = isDraining()
      ? 'draining'
      : states.includes('down')
        ? 'down'
        : states.includes('degraded')
          ? 'degraded'
          : 'ok';
    const ready = status === 'ok' || status === 'degraded';
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status, parts });
  });
}

async function settled(check: HealthChecks[string]): Promise<PartHealth> {
  try {
    return await check();
  } catch (error) {
    return { status: 'down', reason: messageOf(error) };
  }
}
