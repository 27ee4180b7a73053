import type { LocalKey } from './local-key.ts';
import type { Principal } from './principal.ts';
import { createTokenIssuer } from './token-issuer.ts';

/** How long an internal token lives. */
const ttlMs = 60_000;

/** Internal tokens have an audience of their own: the edge refuses them, subgraphs refuse everything else. */
export const internalAudience = (audience: string): string => `${audience}/internal`;

export interface InternalTokenIssuer {
  /** A token that says who asks, for a subgraph that runs in another process; good for at least half a minute. */
  tokenFor(principal: Principal): Promise<string>;
}

/**
 * The router tells remote subgraphs who asks by a token of its own, short-lived: the caller's never leaves the edge.
 * Subgraphs check it by `createTokenVerifier({ audience: internalAudience(audience), ... })`.
 */
export function createInternalTokenIssuer(options: {
  readonly key: LocalKey;
  readonly issuer: string;
  /** The outer audience. */
  readonly audience: string;
  readonly clock?: (() => number) | undefined;
}): InternalTokenIssuer {
  const { clock = Date.now } = options;
  const tokens = createTokenIssuer({ ...options, audience: internalAudience(options.audience) });
  /** One token serves a principal's requests for half its life: signing costs more than sending. */
  const recent = new WeakMap<Principal, { readonly token: Promise<string>; readonly untilMs: number }>();
  return {
    async tokenFor(principal) {
      const now = clock();
      const known = recent.get(principal);
      if (known !== undefined && now < known.untilMs) return await known.token;
      const { iss: _iss, aud: _aud, exp: _exp, iat: _iat, nbf: _nbf, ...claims } = principal.claims;
      const token = tokens.issue({
        subject: principal.subject,
        roles: principal.roles,
        ...(principal.buildings === 'all' ? {} : { buildings: principal.buildings }),
        ttlMs,
        claims,
      });
      recent.set(principal, { token, untilMs: now + ttlMs / 2 });
      return await token;
    },
  };
}
