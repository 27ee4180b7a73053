import type { JWTPayload } from 'jose';
import { createPrincipal } from './access.ts';
import type { Principal } from './principal.ts';
import { roles as knownRoles, type Role } from './roles.ts';

export type PrincipalResult =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly reason: string };

/**
 * The principal of a token whose signature and times are checked: `sub`, `roles` (at least one, all known), `buildings`
 * (absent: all). A role that we do not know is refused, not skipped: who granted it meant something by it.
 */
export function principalFromClaims(claims: JWTPayload, expiresAtMs: number): PrincipalResult {
  const { sub: subject, roles, buildings } = claims;
  // jose's types promise a text; an issuer may have signed anything.
  if (typeof subject !== 'string' || subject === '') return refused('The token names no subject (sub).');
  if (!isTextList(roles) || roles.length === 0) {
    return refused(
      `The token names no roles: the claim "roles" must be a list of some of ${knownRoles.join(', ')}.`,
    );
  }
  const unknown = roles.filter((role) => !isRole(role));
  if (unknown.length > 0)
    return refused(
      `The token names an unknown role (${unknown.join(', ')}); known are ${knownRoles.join(', ')}.`,
    );
  if (buildings !== undefined && !isTextList(buildings)) {
    return refused('The claim "buildings" must be a list of building ids, or be absent for all buildings.');
  }
  const principal = createPrincipal({
    subject,
    roles: roles.filter(isRole),
    buildings: buildings ?? 'all',
    expiresAtMs,
    claims: Object.freeze(claims),
  });
  return { ok: true, principal };
}

const refused = (reason: string): PrincipalResult => ({ ok: false, reason });

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isRole = (name: string): name is Role => (knownRoles as readonly string[]).includes(name);
