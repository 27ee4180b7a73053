import { callerOf } from '../../identity/caller.ts';
import type { Principal } from '../../identity/principal.ts';
import type { TokenVerifier } from '../../identity/token-verifier.ts';

/**
 * For whom the router asks, by its own short-lived token.
 * @throws EaioError UNAUTHENTICATED, or DEPENDENCY_UNAVAILABLE when the token could not be checked.
 */
export const routersCaller = (verifier: TokenVerifier, authorization: unknown): Promise<Principal> =>
  callerOf(
    verifier,
    authorization,
    'A subgraph takes `authorization: Bearer <internal token>` from the router alone.',
  );
