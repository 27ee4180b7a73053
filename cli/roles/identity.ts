import type { Config } from '../../platform/config/load.ts';
import {
  createInternalTokenIssuer,
  type InternalTokenIssuer,
  internalAudience,
} from '../../platform/identity/internal-token.ts';
import { type LocalKey, openLocalKey } from '../../platform/identity/local-key.ts';
import {
  createTokenVerifier,
  type RememberingVerifier,
  type TokenVerifier,
} from '../../platform/identity/token-verifier.ts';

/** Who may come in at the edge, and in whose name it asks subgraphs that run elsewhere. */
export interface EdgeIdentity {
  readonly verifier: RememberingVerifier;
  readonly internal: InternalTokenIssuer;
}

export async function createEdgeIdentity({ identity, run }: Config): Promise<EdgeIdentity> {
  const { issuer, audience, jwksUrl } = identity;
  const key = await openLocalKey({ ...identity, ...run });
  return {
    // With an identity provider only its tokens count: a copied data folder must open no second door.
    verifier: createTokenVerifier({
      issuer,
      audience,
      keys: jwksUrl === undefined ? { local: key } : { jwksUrl },
    }),
    internal: createInternalTokenIssuer({ key, issuer, audience }),
  };
}

/** For a subgraph that runs alone: it takes the edge's internal tokens and nothing else. Both sides share the key by the data folder or by EAIO_SIGNING_KEY. */
export async function createSubgraphVerifier({ identity, run }: Config): Promise<TokenVerifier> {
  const key: LocalKey = await openLocalKey({ ...identity, ...run });
  return createTokenVerifier({
    issuer: identity.issuer,
    audience: internalAudience(identity.audience),
    keys: { local: key },
  });
}
