import { EaioError } from '../../platform/errors/eaio-error.ts';
import { hasScopes } from '../../platform/identity/access.ts';
import { callerOf } from '../../platform/identity/caller.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';

export const ingestScope = 'energy:ingest';

/**
 * Who sends readings, by `authorization: Bearer <token>`.
 * @throws EaioError UNAUTHENTICATED, FORBIDDEN without the scope, DEPENDENCY_UNAVAILABLE when nobody can tell now.
 */
export async function senderOf(
  verifier: TokenVerifier,
  authorization: string | undefined,
): Promise<Principal> {
  const principal = await callerOf(verifier, authorization);
  if (hasScopes(principal, [[ingestScope]])) return principal;
  throw new EaioError('FORBIDDEN', `The token lacks the scope ${ingestScope}: ask for the role integrator.`, {
    details: { requiredScopes: [ingestScope] },
  });
}
