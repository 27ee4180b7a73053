import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { createTestIdentity } from '../../test/kit/token.ts';
import { createLocalKey } from './local-key.ts';
import { createTokenIssuer } from './token-issuer.ts';
import { createTokenVerifier } from './token-verifier.ts';

const refusal = (reason: RegExp) => ({
  ok: false,
  code: 'UNAUTHENTICATED',
  reason: expect.stringMatching(reason),
});
const claims = {
  sub: 'eve',
  roles: ['admin'],
  iss: 'eaio-test',
  aud: 'eaio',
  exp: Math.floor(Date.now() / 1000) + 600,
};

test('a token tells who asks, what for and about which buildings', async () => {
  const { verifier, tokenFor } = await createTestIdentity();
  const result = await verifier.verify(
    await tokenFor('viewer', { buildings: ['a', 'b'], claims: { site: 'Fox' } }),
  );
  if (!result.ok) throw new Error(result.reason);
  expect(result.principal).toMatchObject({
    subject: 'test-viewer',
    roles: ['viewer'],
    buildings: ['a', 'b'],
  });
  expect(result.principal.scopes.has('energy:read')).toBe(true);
  expect(result.principal.scopes.has('energy:ingest')).toBe(false);
  expect(result.principal.claims['site']).toBe('Fox');
});

test('without the claim "buildings" all are granted, with an empty list none', async () => {
  const { verifier, tokenFor } = await createTestIdentity();
  expect(await verifier.verify(await tokenFor('viewer'))).toMatchObject({ principal: { buildings: 'all' } });
  expect(await verifier.verify(await tokenFor('viewer', { buildings: [] }))).toMatchObject({
    principal: { buildings: [] },
  });
});

// Proves: identity.remembered
test('a remembered token is the same principal, until the clock passes its end', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const { verifier, tokenFor } = await createTestIdentity({ clock: () => now });
  const token = await tokenFor('viewer', { ttlMs: 60_000 });
  const [first, second] = [await verifier.verify(token), await verifier.verify(token)];
  expect(first).toBe(second);
  now += 64_000;
  expect(await verifier.verify(token)).toBe(first);
  now += 2_000;
  expect(await verifier.verify(token)).toEqual(refusal(/expired/));
  expect(await verifier.verify(token)).toEqual(refusal(/expired/));
});

test('many that come at once with one token cost one check', async () => {
  const { verifier, tokenFor } = await createTestIdentity();
  const token = await tokenFor('viewer');
  const results = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(token)));
  expect(new Set(results).size).toBe(1);
});

test('the memory of verified tokens is bounded', async () => {
  const { key, tokenFor } = await createTestIdentity();
  const verifier = createTokenVerifier({
    keys: { local: key },
    issuer: 'eaio-test',
    audience: 'eaio',
    maxRemembered: 1,
  });
  const [a, b] = [await tokenFor('viewer'), await tokenFor('agent')];
  const first = await verifier.verify(a);
  await verifier.verify(b);
  const again = await verifier.verify(a);
  expect(again).toMatchObject({ ok: true });
  expect(again).not.toBe(first);
});

// Proves: identity.forged
test('expired from the start', async () => {
  const { verifier, tokenFor } = await createTestIdentity();
  expect(await verifier.verify(await tokenFor('viewer', { ttlMs: -10_000 }))).toEqual(refusal(/expired/));
});

// Proves: identity.forged
test('a tampered token: the signature does not fit', async () => {
  const { verifier, tokenFor } = await createTestIdentity();
  const [header, , signature] = (await tokenFor('viewer')).split('.');
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  expect(await verifier.verify(`${header}.${payload}.${signature}`)).toEqual(refusal(/signature/));
});

// Proves: identity.forged
test('alg "none" is not allowed', async () => {
  const { verifier } = await createTestIdentity();
  expect(await verifier.verify(new UnsecuredJWT(claims).encode())).toEqual(refusal(/./));
});

// Proves: identity.forged
test('a shared-secret signature made with the public key is not allowed', async () => {
  const { key, verifier } = await createTestIdentity();
  const secret = new TextEncoder().encode((await exportJWK(key.publicKey)).x);
  const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: key.kid }).sign(secret);
  expect(await verifier.verify(forged)).toEqual(refusal(/not allowed/));
});

// Proves: identity.forged
test('a key that is not ours', async () => {
  const { verifier } = await createTestIdentity();
  const other = createTokenIssuer({ key: await createLocalKey(), issuer: 'eaio-test', audience: 'eaio' });
  expect(await verifier.verify(await other.issue({ subject: 'eve', roles: ['admin'] }))).toEqual(
    refusal(/key that is not known/),
  );
});

// Proves: identity.forged
test.each([
  ['audience', { issuer: 'eaio-test', audience: 'other' }, /audience "eaio"/],
  ['issuer', { issuer: 'other', audience: 'eaio' }, /issuer "eaio-test"/],
])('another %s', async (_, issuedFor, reason) => {
  const { key, verifier } = await createTestIdentity();
  const token = await createTokenIssuer({ key, ...issuedFor }).issue({ subject: 'eve', roles: ['admin'] });
  expect(await verifier.verify(token)).toEqual(refusal(reason));
});

test.each([
  ['no expiry', { exp: undefined }, /"exp"/],
  ['not valid yet', { nbf: claims.exp - 10 }, /not valid yet/],
  ['no subject', { sub: undefined }, /subject/],
  ['no roles', { roles: undefined }, /names no roles/],
  ['empty roles', { roles: [] }, /names no roles/],
  [
    'an unknown role among known ones',
    { roles: ['viewer', 'boss'] },
    /unknown role \(boss\); known are viewer/,
  ],
  ['a role named as a property of every object', { roles: ['constructor'] }, /unknown role/],
  ['buildings that are no list', { buildings: 'all' }, /"buildings"/],
])('%s', async (_, change, reason) => {
  const { key, verifier } = await createTestIdentity();
  const payload = Object.fromEntries(
    Object.entries({ ...claims, ...change }).filter(([, value]) => value !== undefined),
  );
  const token = await new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .sign(key.privateKey);
  expect(await verifier.verify(token)).toEqual(refusal(reason));
});

test.each(['', 'x', 'a.b.c', 'é.é.é'])('no JWT at all: "%s"', async (token) => {
  const { verifier } = await createTestIdentity();
  expect(await verifier.verify(token)).toEqual(refusal(/./));
});

test('a huge token is refused unread', async () => {
  const { verifier } = await createTestIdentity();
  expect(await verifier.verify('a'.repeat(10_000))).toEqual(refusal(/longer than 8192/));
});

// Proves: identity.provider
test("an identity provider's keys are fetched from its address; when they can't be, the token is not at fault", async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' }] };
  let fetched = 0;
  await using provider = createServer((_request, response) => {
    fetched += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const address = provider.address();
  const jwksUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/jwks`;
  const verifier = createTokenVerifier({ keys: { jwksUrl }, issuer: 'eaio-test', audience: 'eaio' });
  const sign = (kid: string) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
  expect(await verifier.verify(await sign('k1'))).toMatchObject({ ok: true, principal: { subject: 'eve' } });
  expect(await verifier.verify(await sign('k2'))).toEqual(refusal(/key that is not known/));
  expect(fetched).toBe(1);

  const unreachable = createTokenVerifier({
    keys: { jwksUrl: 'http://127.0.0.1:1/jwks' },
    issuer: 'eaio-test',
    audience: 'eaio',
  });
  expect(await unreachable.verify(await sign('k1'))).toMatchObject({
    ok: false,
    code: 'DEPENDENCY_UNAVAILABLE',
  });
});
