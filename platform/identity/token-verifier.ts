import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { messageOf } from '../errors/facts.ts';
import type { Principal } from './principal.ts';
import { principalFromClaims } from './token-claims.ts';
import { formFault } from './token-form.ts';
import { allowedAlgorithms, createKeyLookup, type TokenKeys } from './token-keys.ts';

export interface TokenVerifierOptions {
  readonly keys: TokenKeys;
  readonly issuer: string;
  readonly audience: string;
  /** Unix milliseconds; default the system's clock. */
  readonly clock?: (() => number) | undefined;
  /** How far the issuer's clock may be off; default 5 s. */
  readonly toleranceMs?: number | undefined;
  /** Verified tokens that are remembered; the least used is forgotten first. Default 10,000. */
  readonly maxRemembered?: number | undefined;
}

export type VerifyResult =
  | { readonly ok: true; readonly principal: Principal }
  /** DEPENDENCY_UNAVAILABLE: the identity provider's keys can't be had now; the token may be good. */
  | {
      readonly ok: false;
      readonly code: 'UNAUTHENTICATED' | 'DEPENDENCY_UNAVAILABLE';
      readonly reason: string;
    };

export interface TokenVerifier {
  /** Never rejects. The same token gives the same principal object while it is remembered. */
  verify(token: string): Promise<VerifyResult>;
}

/** Knows at once whom it has seen before: no request with a known token needs to wait for anything. */
export interface RememberingVerifier extends TokenVerifier {
  /** The principal of a token that was verified before and is still good; undefined says nothing: `verify` it. */
  recall(token: string): Principal | undefined;
}

/**
 * Checks tokens: signature by a known key, issuer, audience, times, roles. A verified token is remembered until it
 * expires: the check costs more than the rest of a cached request.
 */
export function createTokenVerifier(options: TokenVerifierOptions): RememberingVerifier {
  const { issuer, audience, clock = Date.now, toleranceMs = 5_000, maxRemembered = 10_000 } = options;
  const findKey = createKeyLookup(options.keys);
  const remembered = new LRUCache<string, VerifyResult & { ok: true }>({ max: maxRemembered });
  const underWay = new Map<string, Promise<VerifyResult>>();

  async function check(token: string): Promise<VerifyResult> {
    try {
      const { payload } = await jwtVerify(token, findKey, {
        issuer,
        audience,
        algorithms: [...allowedAlgorithms],
        requiredClaims: ['exp'],
        clockTolerance: toleranceMs / 1000,
        currentDate: new Date(clock()),
      });
      // jose looks at `iat` only where a greatest age is set.
      if (payload.iat !== undefined && payload.iat * 1000 > clock() + toleranceMs)
        return refused('The token is from the future (iat).');
      if (!Number.isFinite(payload.exp)) return refused('The token names no time at which it ends (exp).');
      const result = principalFromClaims(payload, Number(payload.exp) * 1000 + toleranceMs);
      if (!result.ok) return refused(result.reason);
      remembered.set(token, result);
      return result;
    } catch (error) {
      return explain(error, { issuer, audience });
    }
  }

  return {
    recall(token) {
      const principal = remembered.get(token)?.principal;
      return principal !== undefined && clock() < principal.expiresAtMs ? principal : undefined;
    },

    async verify(token) {
      const known = remembered.get(token);
      if (known !== undefined) {
        if (clock() < known.principal.expiresAtMs) return known;
        remembered.delete(token);
        return refused('The token has expired.');
      }
      const fault = formFault(token);
      if (fault !== null) return refused(fault);
      // Ten thousand clients that come back at once with one token cost one check.
      const pending = underWay.get(token) ?? check(token).finally(() => underWay.delete(token));
      underWay.set(token, pending);
      return await pending;
    },
  };
}

const refused = (reason: string): VerifyResult => ({ ok: false, code: 'UNAUTHENTICATED', reason });

/** What is wrong with the token, in words that help its holder and tell a forger nothing new. */
function explain(error: unknown, expected: { issuer: string; audience: string }): VerifyResult {
  if (error instanceof errors.JWTExpired) return refused('The token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return refused(`The token is not from the issuer "${expected.issuer}".`);
    if (error.claim === 'aud')
      return refused(`The token is not meant for the audience "${expected.audience}".`);
    if (error.claim === 'nbf') return refused('The token is not valid yet.');
    return refused(`The token's claim "${error.claim}" is missing or wrong.`);
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return refused(
      `The token is signed in a way that is not allowed; allowed are ${allowedAlgorithms.join(', ')}.`,
    );
  }
  if (error instanceof errors.JWKSNoMatchingKey)
    return refused('The token is signed by a key that is not known here.');
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return refused('The signature of the token does not fit.');
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return refused('This is not a JWT.');
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return refused('The token names no key (kid), and several could be meant.');
  return {
    ok: false,
    code: 'DEPENDENCY_UNAVAILABLE',
    reason: `The identity provider's keys can't be had now: ${messageOf(error)}`,
  };
}
