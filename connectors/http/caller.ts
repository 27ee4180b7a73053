import { EaioError } from '../../platform/errors/eaio-error.ts';
import { hasScopes } from '../../platform/identity/access.ts';
import type { Principal } from '../../platform/identity/principal.ts';

/** Tells who a token stands for. `createTokenVerifier` of platform/identity is one. */
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

export const ingestScope = 'energy:ingest';

/**
 * Who sends readings, by `authorization: Bearer <token>`.
 * @throws EaioError UNAUTHENTICATED, FORBIDDEN without the scope, DEPENDENCY_UNAVAILABLE when nobody can tell now.
 */
export async function senderOf(
  verifier: TokenVerifier,
  authorization: string | undefined,
): Promise<Principal> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new EaioError('UNAUTHENTICATED', 'Send `authorization: Bearer <token>`.');
  const verified = await verifier.verify(token);
  if (!verified.ok) throw new EaioError(verified.code, verified.reason);
  if (!hasScopes(verified.principal, [[ingestScope]])) {
    throw new EaioError(
      'FORBIDDEN',
      `The token lacks the scope ${ingestScope}: ask for the role integrator.`,
      {
        details: { requiredScopes: [ingestScope] },
      },
    );
  }
  return verified.principal;
}
