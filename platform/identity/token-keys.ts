import { errors, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose';
import type { LocalKey } from './local-key.ts';
import { createProviderKeys } from './provider-keys.ts';

export interface TokenKeys {
  /** Checks tokens of our own issuer. */
  readonly local?: Pick<LocalKey, 'kid' | 'publicKey'> | undefined;
  /** Where an identity provider publishes its keys. */
  readonly jwksUrl?: string | undefined;
  /** For so long after the provider's last answer its keys are still used; default an hour. */
  readonly jwksOutageMs?: number | undefined;
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

/** Of our own key, under both of its names. */
const localAlgorithms: ReadonlySet<unknown> = new Set(['EdDSA', 'Ed25519']);

type KeyLookup = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/** Finds the key that a token's header names. Throws jose's JWKSNoMatchingKey when there is none. */
export function createKeyLookup({ local, jwksUrl, jwksOutageMs }: TokenKeys): KeyLookup {
  const remote =
    jwksUrl === undefined ? undefined : createProviderKeys({ url: jwksUrl, outageMs: jwksOutageMs });
  return async (header, token) => {
    if (
      local !== undefined &&
      (header.kid === local.kid || (header.kid === undefined && remote === undefined))
    ) {
      if (!localAlgorithms.has(header.alg)) throw new errors.JOSEAlgNotAllowed();
      return local.publicKey;
    }
    if (remote === undefined) throw new errors.JWKSNoMatchingKey();
    return await remote(header, token);
  };
}
