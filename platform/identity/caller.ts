import { EaioError } from '../errors/eaio-error.ts';
import type { Principal } from './principal.ts';
import type { RememberingVerifier, TokenVerifier } from './token-verifier.ts';

const scheme = 'bearer ';

/** The token of `Bearer <token>` (RFC 6750, section 2.1; the scheme in any case). Undefined when there is none. */
export function bearerTokenOf(authorization: unknown): string | undefined {
  if (typeof authorization !== 'string') return undefined;
  if (authorization.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  return authorization.slice(scheme.length).trim() || undefined;
}

/** Who asks, when the token was seen before: without waiting. Undefined says nothing: go on with `callerOf`. */
export function knownCaller(verifier: RememberingVerifier, authorization: unknown): Principal | undefined {
  const token = bearerTokenOf(authorization);
  return token === undefined ? undefined : verifier.recall(token);
}

/**
 * Who asks, by `authorization: Bearer <token>`.
 * @param hint what to do, for whoever sent no token.
 * @throws EaioError UNAUTHENTICATED, or DEPENDENCY_UNAVAILABLE when nobody can tell now.
 */
export async function callerOf(
  verifier: TokenVerifier,
  authorization: unknown,
  hint = 'Send `authorization: Bearer <token>`.',
): Promise<Principal> {
  const token = bearerTokenOf(authorization);
  if (token === undefined) throw new EaioError('UNAUTHENTICATED', hint);
  const verified = await verifier.verify(token);
  if (verified.ok) return verified.principal;
  throw new EaioError(verified.code, verified.reason);
}
