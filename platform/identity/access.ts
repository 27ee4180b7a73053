import { createHash } from 'node:crypto';
import type { BuildingGrant, Principal } from './principal.ts';
import { type Role, roleScopes, type Scope, scopes } from './roles.ts';

/** What the roles allow, taken together. */
export function scopesOf(roles: readonly Role[]): ReadonlySet<Scope> {
  return new Set(roles.flatMap((role): readonly Scope[] => roleScopes[role]));
}

/**
 * `dnf` as `@requiresScopes` writes it: one of the lists, and all of its scopes. `[[]]` asks for nothing;
 * `[]` has no list that could be met, and refuses everyone.
 */
export function hasScopes(
  principal: Pick<Principal, 'scopes'>,
  dnf: readonly (readonly string[])[],
): boolean {
  const held: ReadonlySet<string> = principal.scopes;
  return dnf.some((all) => all.every((scope) => held.has(scope)));
}

export function mayReadBuilding(principal: Pick<Principal, 'buildings'>, buildingId: string): boolean {
  return principal.buildings === 'all' || principal.buildings.includes(buildingId);
}

/** See `Principal.accessKey`: equal for equal access, whatever the order in which it was written down. */
export function accessKeyOf(held: ReadonlySet<Scope>, buildings: BuildingGrant): string {
  const access = [[...held].toSorted(), buildings === 'all' ? buildings : [...new Set(buildings)].toSorted()];
  return createHash('sha256').update(JSON.stringify(access)).digest('base64url').slice(0, 22);
}

/** The one way in which a principal comes into being. */
export function createPrincipal(facts: {
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly buildings: BuildingGrant;
  readonly expiresAtMs: number;
  readonly claims: Readonly<Record<string, unknown>>;
}): Principal {
  const held = scopesOf(facts.roles);
  return Object.freeze({ ...facts, scopes: held, accessKey: accessKeyOf(held, facts.buildings) });
}

/** The system itself, as it loads history or reads for its own use: may do everything, and never expires. */
export const systemPrincipal: Principal = Object.freeze({
  subject: 'system',
  roles: ['admin'] as const,
  scopes: new Set(scopes),
  buildings: 'all',
  expiresAtMs: Number.POSITIVE_INFINITY,
  claims: Object.freeze({ sub: 'system' }),
  accessKey: accessKeyOf(new Set(scopes), 'all'),
});
