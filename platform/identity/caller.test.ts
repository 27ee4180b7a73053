import { bearerTokenOf, callerOf, knownCaller } from './caller.ts';
import { createLocalKey } from './local-key.ts';
import { createTokenIssuer } from './token-issuer.ts';
import { createTokenVerifier } from './token-verifier.ts';

const names = { issuer: 'eaio', audience: 'eaio' };

test.each([
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['BEARER a.b-c', 'a.b-c'],
  ['Bearer ', undefined],
  ['Bearer', undefined],
  ['Basic abc', undefined],
  ['abc', undefined],
  [undefined, undefined],
  [['Bearer abc'], undefined],
])('%p carries the token %p', (authorization, token) => {
  expect(bearerTokenOf(authorization)).toBe(token);
});

test('whoever was verified once is known without waiting', async () => {
  const key = await createLocalKey();
  const verifier = createTokenVerifier({ ...names, keys: { local: key } });
  const token = await createTokenIssuer({ ...names, key }).issue({
    subject: 'ada',
    roles: ['viewer'],
    ttlMs: 60_000,
  });
  expect(knownCaller(verifier, `Bearer ${token}`)).toBeUndefined();
  const caller = await callerOf(verifier, `bearer ${token}`);
  expect(caller).toMatchObject({ subject: 'ada' });
  expect(knownCaller(verifier, `Bearer ${token}`)).toBe(caller);
  expect(knownCaller(verifier, undefined)).toBeUndefined();
});

test('without a token the hint says what to do; with a bad one the verifier says what is wrong', async () => {
  const verifier = createTokenVerifier({ ...names, keys: { local: await createLocalKey() } });
  await expect(callerOf(verifier, undefined, 'Ask for one.')).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: 'Ask for one.',
  });
  await expect(callerOf(verifier, 'Bearer two words')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
