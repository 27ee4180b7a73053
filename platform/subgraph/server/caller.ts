import { EaioError } from '../../errors/eaio-error.ts';
import type { Principal } from '../../identity/principal.ts';

/** Checks the router's own, short-lived token. `createTokenVerifier` of platform/identity is one. */
export interface TokenVerifier {
  verify(token: string): Promise<
    | { readonly ok: true; readonly principal: Principal }
    | {
        readonly ok: false;
        readonly code: 'UNAUTHENTICATED' | 'DEPENDENCY_UNAVAILABLE';
        readonly reason: string;
      }
  >;
}

/**
 * Who asks, from `Bearer <token>`.
 * @throws EaioError UNAUTHENTICATED, or DEPENDENCY_UNAVAILABLE when the token could not be checked.
 */
export async function callerOf(verifier: TokenVerifier, authorization: unknown): Promise<Principal> {
  const token = typeof authorization === 'string' ? /^Bearer +(\S+)$/i.exec(authorization)?.[1] : undefined;
  if (token === undefined) {
    throw new EaioError(
      'UNAUTHENTICATED',
      'A subgraph takes `authorization: Bearer <internal token>` from the router alone.',
    );
  }
  const verified = await verifier.verify(token);
  if (!verified.ok) throw new EaioError(verified.code, verified.reason);
  return verified.principal;
}
