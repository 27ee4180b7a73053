import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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
  // Each route counts for itself: to ask a request for its route, or a metric for its labels, costs more than all the rest.
  app.addHook('onRoute', (options) => {
    const method = String(options.method);
    const byStatus = new Map<number, { observe(seconds: number): void }>();
    const count = (_request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      const { statusCode, elapsedTime } = reply;
      const known =
        byStatus.get(statusCode) ??
        requests.labels({ route: options.url, method, status: String(statusCode) });
      byStatus.set(statusCode, known);
      known.observe(elapsedTime / 1_000);
      done();
    };
    options.onResponse = [count, ...[options.onResponse ?? []].flat()];
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
