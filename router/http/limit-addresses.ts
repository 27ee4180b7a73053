import type { FastifyInstance } from 'fastify';
import { rateLimited } from '../../platform/limits/principal-limits.ts';
import type { Limiter, Verdict } from '../../platform/limits/types.ts';

/** Health and metrics are asked for by machines of ours, and must be answered when everything else is refused. */
const free = /^\/(health|metrics)\b/;

/** Requests of each network address, before anything else is looked at: also those without a token, or with a wrong one. */
export function limitAddresses(app: FastifyInstance, limiter: Limiter): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const now = limiter.takeNow(request.ip, 1);
    if (now?.ok === true || free.test(request.url)) return done();
    const judge = (verdict: Verdict) => {
      if (verdict.ok) return done();
      done(rateLimited(verdict));
    };
    if (now === undefined) limiter.take(request.ip, 1).then(judge, done);
    else judge(now);
  });
}
