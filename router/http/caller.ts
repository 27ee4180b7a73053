import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { RememberingVerifier, TokenVerifier } from '../../platform/identity/token-verifier.ts';

const scheme = 'bearer ';

/** Who asks, when the token was seen before: without waiting. Undefined says nothing: go on with `callerOf`. */
export function knownCaller(
  verifier: RememberingVerifier,
  authorization: string | undefined,
): Principal | undefined {
  if (authorization?.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  return verifier.recall(authorization.slice(scheme.length).trim());
}

/** Who asks, by `authorization: Bearer <token>`. Rejects with UNAUTHENTICATED, or DEPENDENCY_UNAVAILABLE when nobody can tell now. */
export async function callerOf(
  verifier: TokenVerifier,
  authorization: string | undefined,
): Promise<Principal> {
  if (authorization?.slice(0, scheme.length).toLowerCase() !== scheme) {
    throw new EaioError(
      'UNAUTHENTICATED',
      'Send `authorization: Bearer <token>`. A token for this machine: `npm run --silent token -- --role viewer`.',
    );
  }
  const verified = await verifier.verify(authorization.slice(scheme.length).trim());
  if (verified.ok) return verified.principal;
  throw new EaioError(verified.code, verified.reason);
}
