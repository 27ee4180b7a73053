import { createTestIdentity, principalFor } from '../../test/kit/token.ts';
import { systemPrincipal } from './access.ts';

test('it carries the principal: same access, same claims', async () => {
  const { internalIssuer, internalVerifier } = await createTestIdentity();
  const principal = principalFor('energy_engineer', { buildings: ['a'], claims: { site: 'Fox' } });
  const result = await internalVerifier.verify(await internalIssuer.tokenFor(principal));
  expect(result).toMatchObject({
    ok: true,
    principal: {
      subject: principal.subject,
      accessKey: principal.accessKey,
      buildings: ['a'],
      claims: { site: 'Fox' },
    },
  });
});

// Proves: router.internal-token
test('the edge refuses it, and a subgraph refuses the token of a user', async () => {
  const identity = await createTestIdentity();
  const internal = await identity.internalIssuer.tokenFor(systemPrincipal);
  expect(await identity.verifier.verify(internal)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('audience'),
  });
  const outer = await identity.tokenFor('admin');
  expect(await identity.internalVerifier.verify(outer)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('audience'),
  });
});

// Proves: router.internal-token
test('it serves for half its life, and ends after a minute', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const { internalIssuer, internalVerifier } = await createTestIdentity({ clock: () => now });
  const principal = principalFor('viewer');
  const first = await internalIssuer.tokenFor(principal);
  now += 29_000;
  expect(await internalIssuer.tokenFor(principal)).toBe(first);
  now += 2_000;
  expect(await internalIssuer.tokenFor(principal)).not.toBe(first);
  now += 60_000;
  expect(await internalVerifier.verify(first)).toMatchObject({ ok: false, reason: 'The token has expired.' });
});
