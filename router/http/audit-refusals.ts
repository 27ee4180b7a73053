import type { FastifyInstance } from 'fastify';
import type { Audit } from '../../platform/audit/types.ts';
import type { ErrorCode } from '../../platform/errors/catalogue.ts';

const codes: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  429: 'RATE_LIMITED',
};

/**
 * Whoever is turned away at the port, whatever the route, goes on record here. What the router refuses by permission is on
 * record there already, with the operation's name: `byRouter` are the paths where a 403 comes from it.
 */
export function auditRefusals(
  app: FastifyInstance,
  { audit, byRouter }: { readonly audit: Pick<Audit, 'record'>; readonly byRouter: ReadonlySet<string> },
): void {
  app.addHook('onResponse', ({ ip, headers, method, url, principal }, { statusCode }, done) => {
    if (statusCode < 401) return done();
    const code = codes[statusCode];
    const path = url.split('?', 1)[0] ?? url;
    if (code === undefined || (code === 'FORBIDDEN' && byRouter.has(path))) return done();
    const { traceparent } = headers;
    audit.record({
      kind: 'denied',
      what: `${method} ${path}`,
      outcome: 'denied',
      code,
      who: principal ?? undefined,
      origin: { address: ip, userAgent: headers['user-agent'], door: 'http' },
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    });
    done();
  });
}
