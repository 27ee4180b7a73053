import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { callerOf } from './caller.ts';

/** Counts and times every request of the edge, and shows all metrics at `/metrics`: to this machine, and to whoever has a token. */
export function registerMetrics(
  app: FastifyInstance,
  { metrics, verifier }: { readonly metrics: Metrics; readonly verifier: TokenVerifier },
): void {
  const requests = metrics.histogram({
    name: 'eaio_http_request_seconds',
    help: 'Requests from their first byte to the last byte of the answer.',
    labels: ['route', 'method', 'status'],
  });
  // Looking up a labelled child by its labels costs more than observing.
  const children = new Map<string, { observe(seconds: number): void }>();

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const key = `${route} ${request.method} ${reply.statusCode}`;
    const child =
      children.get(key) ??
      requests.labels({ route, method: request.method, status: String(reply.statusCode) });
    children.set(key, child);
    child.observe(reply.elapsedTime / 1_000);
    done();
  });
  app.get('/metrics', async (request, reply) => {
    if (!isLocal(request)) await callerOf(verifier, request.headers.authorization);
    const { contentType, text } = await metrics.exposition();
    return reply.header('content-type', contentType).send(text);
  });
}

/** From this machine and through no proxy. */
function isLocal({ ip, headers }: FastifyRequest): boolean {
  const loopback = ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1';
  return loopback && headers['x-forwarded-for'] === undefined && headers['forwarded'] === undefined;
}
