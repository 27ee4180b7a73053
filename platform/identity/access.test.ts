import { principalFor } from '../../test/kit/token.ts';
import { hasScopes, mayReadBuilding, systemPrincipal } from './access.ts';
import { roleScopes, roles, scopes } from './roles.ts';

// Proves: cache.question
test('the access key is equal exactly for equal access', () => {
  const key = (...facts: Parameters<typeof principalFor>) => principalFor(...facts).accessKey;
  expect(key('viewer', { subject: 'a', claims: { x: 1 } })).toBe(key('viewer', { subject: 'b' }));
  expect(key('viewer', { buildings: ['a', 'b'] })).toBe(key('viewer', { buildings: ['b', 'a', 'b'] }));
  expect(key('building_manager')).toBe(key('agent'));
  const different = [
    key('viewer'),
    key('admin'),
    key('viewer', { buildings: [] }),
    key('viewer', { buildings: ['all'] }),
    key('viewer', { buildings: ['a', 'b'] }),
    key('viewer', { buildings: ['a,b'] }),
  ];
  expect(new Set(different).size).toBe(different.length);
});

test('one of the lists, and all of its scopes', () => {
  const viewer = principalFor('viewer');
  expect(hasScopes(viewer, [['energy:read', 'portfolio:read']])).toBe(true);
  expect(hasScopes(viewer, [['energy:read', 'energy:ingest']])).toBe(false);
  expect(hasScopes(viewer, [['energy:ingest'], ['energy:read']])).toBe(true);
  expect(hasScopes(viewer, [[]])).toBe(true);
  expect(hasScopes(viewer, [])).toBe(false);
});

test('a building is read by whoever was granted it, or all of them', () => {
  expect(mayReadBuilding(principalFor('viewer'), 'a')).toBe(true);
  expect(mayReadBuilding(principalFor('viewer', { buildings: ['a'] }), 'a')).toBe(true);
  expect(mayReadBuilding(principalFor('admin', { buildings: ['a'] }), 'b')).toBe(false);
});

test('the system may do everything, for ever', () => {
  expect(hasScopes(systemPrincipal, [scopes])).toBe(true);
  expect(systemPrincipal).toMatchObject({ buildings: 'all', expiresAtMs: Number.POSITIVE_INFINITY });
});

test('every role reads the portfolio, and only those meant to may command or explore', () => {
  const holding = (scope: string) =>
    roles.filter((role) => (roleScopes[role] as readonly string[]).includes(scope));
  expect(holding('portfolio:read')).toEqual(roles);
  expect(holding('control:command')).toEqual(['facility_operator', 'admin']);
  expect(holding('schema:explore')).toEqual(['energy_engineer', 'admin']);
  expect(holding('admin:all')).toEqual(['admin']);
});
