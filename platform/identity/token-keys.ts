import { createRemoteJWKSet, errors, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose';
import type { LocalKey } from './local-key.ts';

export interface TokenKeys {
  /** Checks tokens of our own issuer. */
  readonly local?: Pick<LocalKey, 'kid' | 'publicKey'> | undefined;
  /** An identity provider's public keys; fetched when first needed, again when a token names a key that is not among them. */
  readonly jwksUrl?: string | undefined;
}

/** Signatures by a private key only: with a shared secret whoever checks a token could make one. */
export const allowedAlgorithms = [
  'EdDSA',
  'Ed25519',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const;

type KeyLookup = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/** Finds the key that a token's header names. Throws jose's JWKSNoMatchingKey when there is none. */
export function createKeyLookup({ local, jwksUrl }: TokenKeys): KeyLookup {
  const remote =
    jwksUrl === undefined
      ? undefined
      : createRemoteJWKSet(new URL(jwksUrl), {
          timeoutDuration: 3_000,
          cooldownDuration: 10_000,
          cacheMaxAge: 600_000,
        });
  return async (header, token) => {
    if (
      local !== undefined &&
      (header.kid === local.kid || (header.kid === undefined && remote === undefined))
    )
      return local.publicKey;
    if (remote === undefined) throw new errors.JWKSNoMatchingKey();
    return await remote(header, token);
  };
}
