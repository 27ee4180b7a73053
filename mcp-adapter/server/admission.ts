import { validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../platform/identity/principal.ts';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';
import { rpcError } from './rpc-error.ts';

export interface Admitted {
  readonly principal: Principal;
  readonly token: string;
}

/** The caller, or null when the request was answered with a refusal: Host and Origin first (DNS rebinding), then the token. */
export type Admission = (request: FastifyRequest, reply: FastifyReply) => Promise<Admitted | null>;

export function createAdmission(options: {
  readonly verifier: TokenVerifier;
  /** Host names that requests may be addressed to and come from; ports do not count. */
  readonly allowedHosts: readonly string[];
  /** `WWW-Authenticate` for a request without a good token. */
  readonly challenge: (request: FastifyRequest, sent: boolean) => string;
}): Admission {
  const { verifier, challenge } = options;
  const checkOrigin = createOriginCheck(options.allowedHosts);

  return async (request, reply) => {
    if (!(await checkOrigin(request, reply))) return null;
    const { headers } = request;
    const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    const verified = token ? await verifier.verify(token) : undefined;
    if (token && verified?.ok) return { principal: verified.principal, token };
    const reason =
      verified && !verified.ok ? verified.reason : 'Send a token as `Authorization: Bearer <token>`.';
    const unavailable = verified && !verified.ok && verified.code === 'DEPENDENCY_UNAVAILABLE';
    if (!unavailable) reply.header('www-authenticate', challenge(request, token !== undefined));
    await reply.code(unavailable ? 503 : 401).send(rpcError(-32_000, reason));
    return null;
  };
}

/** False when the request was addressed to, or came from, a strange host, and was answered so (DNS rebinding). */
export function createOriginCheck(
  allowed: readonly string[],
): (request: FastifyRequest, reply: FastifyReply) => Promise<boolean> {
  const hosts = [...allowed];
  return async ({ headers }, reply) => {
    const host = validateHostHeader(headers.host, hosts);
    const origin = host.ok ? validateOriginHeader(headers.origin, hosts) : host;
    if (!origin.ok) await reply.code(403).send(rpcError(-32_000, origin.message));
    return origin.ok;
  };
}
