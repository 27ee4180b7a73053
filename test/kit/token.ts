import { createPrincipal } from '../../platform/identity/access.ts';
import {
  createInternalTokenIssuer,
  type InternalTokenIssuer,
  internalAudience,
} from '../../platform/identity/internal-token.ts';
import { createLocalKey, type LocalKey } from '../../platform/identity/local-key.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { Role } from '../../platform/identity/roles.ts';
import {
  createTokenIssuer,
  type TokenIssuer,
  type TokenRequest,
} from '../../platform/identity/token-issuer.ts';
import {
  createTokenVerifier,
  type RememberingVerifier,
  type TokenVerifier,
} from '../../platform/identity/token-verifier.ts';

export interface TestIdentity {
  readonly key: LocalKey;
  readonly issuer: TokenIssuer;
  /** For the edge. */
  readonly verifier: RememberingVerifier;
  /** For the router's side of a remote subgraph, and for the subgraph's. */
  readonly internalIssuer: InternalTokenIssuer;
  readonly internalVerifier: TokenVerifier;
  /** A signed JWT: `tokenFor('viewer', { buildings: ['Fox_office_Joy'] })`. */
  tokenFor(role: Role, request?: Partial<TokenRequest>): Promise<string>;
  /** `Bearer <token>`, for a header. */
  bearerFor(role: Role, request?: Partial<TokenRequest>): Promise<string>;
}

/** An issuer and the verifiers that trust it, with a key of their own. `clock` moves them all. */
export async function createTestIdentity({
  clock = Date.now,
}: {
  readonly clock?: () => number;
} = {}): Promise<TestIdentity> {
  const key = await createLocalKey();
  const common = { issuer: 'eaio-test', audience: 'eaio', clock };
  const issuer = createTokenIssuer({ key, ...common });
  const tokenFor: TestIdentity['tokenFor'] = (role, request = {}) =>
    issuer.issue({ subject: `test-${role}`, roles: [role], ...request });
  return {
    key,
    issuer,
    verifier: createTokenVerifier({ keys: { local: key }, ...common }),
    internalIssuer: createInternalTokenIssuer({ key, ...common }),
    internalVerifier: createTokenVerifier({
      keys: { local: key },
      ...common,
      audience: internalAudience(common.audience),
    }),
    tokenFor,
    bearerFor: async (role, request) => `Bearer ${await tokenFor(role, request)}`,
  };
}

/** A principal without a token, for calls below the edge. */
export function principalFor(
  role: Role,
  facts: {
    readonly subject?: string;
    readonly buildings?: readonly string[];
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly expiresAtMs?: number;
  } = {},
): Principal {
  const subject = facts.subject ?? `test-${role}`;
  return createPrincipal({
    subject,
    roles: [role],
    buildings: facts.buildings ?? 'all',
    expiresAtMs: facts.expiresAtMs ?? Date.now() + 3_600_000,
    claims: {
      sub: subject,
      roles: [role],
      ...(facts.buildings === undefined ? {} : { buildings: facts.buildings }),
      ...facts.claims,
    },
  });
}
