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
}): Admission {
  const { verifier } = options;
  const allowedHosts = [...options.allowedHosts];

  return async ({ headers }, reply) => {
    const host = validateHostHeader(headers.host, allowedHosts);
    const origin = host.ok ? validateOriginHeader(headers.origin, allowedHosts) : host;
    if (!origin.ok) {
      await reply.code(403).send(rpcError(-32_000, origin.message));
      return null;
    }
    const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    const verified = token ? await verifier.verify(token) : undefined;
    if (token && verified?.ok) return { principal: verified.principal, token };
    const reason =
      verified && !verified.ok ? verified.reason : 'Send a token as `Authorization: Bearer <token>`.';
    const unavailable = verified && !verified.ok && verified.code === 'DEPENDENCY_UNAVAILABLE';
    if (!unavailable) reply.header('www-authenticate', `Bearer${token ? ' error="invalid_token"' : ''}`);
    await reply.code(unavailable ? 503 : 401).send(rpcError(-32_000, reason));
    return null;
  };
}
