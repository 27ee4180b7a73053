import { callerOf as callerOfBearer } from '../../platform/identity/caller.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { TokenVerifier } from '../../platform/identity/token-verifier.ts';

export { knownCaller } from '../../platform/identity/caller.ts';

/** Who asks, by `authorization: Bearer <token>`. Rejects with UNAUTHENTICATED, or DEPENDENCY_UNAVAILABLE when nobody can tell now. */
export const callerOf = (verifier: TokenVerifier, authorization: string | undefined): Promise<Principal> =>
  callerOfBearer(
    verifier,
    authorization,
    'Send `authorization: Bearer <token>`. A token for this machine: `npm run --silent token -- --role viewer`.',
  );
