import { SignJWT } from 'jose';
import { type LocalKey, localAlgorithm } from './local-key.ts';
import type { Role } from './roles.ts';

export interface TokenIssuerOptions {
  readonly key: LocalKey;
  readonly issuer: string;
  readonly audience: string;
  /** Unix milliseconds; default the system's clock. */
  readonly clock?: (() => number) | undefined;
}

export interface TokenRequest {
  readonly subject: string;
  readonly roles: readonly Role[];
  /** Building ids; absent: all of them. */
  readonly buildings?: readonly string[] | undefined;
  /** Default 8 hours. */
  readonly ttlMs?: number | undefined;
  /** Further claims, for hidden variables that are bound to one. The registered names are ours. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

export interface TokenIssuer {
  /** A signed JWT. */
  issue(request: TokenRequest): Promise<string>;
}

/** Signs tokens with the local key; whoever has an identity provider uses that one's tokens instead. */
export function createTokenIssuer({
  key,
  issuer,
  audience,
  clock = Date.now,
}: TokenIssuerOptions): TokenIssuer {
  return {
    async issue({ subject, roles, buildings, ttlMs = 8 * 3_600_000, claims }) {
      const now = clock();
      return await new SignJWT({
        ...claims,
        roles: [...roles],
        ...(buildings === undefined ? {} : { buildings: [...buildings] }),
      })
        .setProtectedHeader({ alg: localAlgorithm, kid: key.kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(Math.floor(now / 1000))
        .setExpirationTime(Math.ceil((now + ttlMs) / 1000))
        .sign(key.privateKey);
    },
  };
}
