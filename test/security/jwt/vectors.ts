import { exportJWK, exportSPKI, generateKeyPair } from 'jose';
import type { LocalKey } from '../../../platform/identity/local-key.ts';
import { encode, hmac, type Json, signed } from './forge.ts';

export interface Vector {
  readonly name: string;
  readonly token: string;
}

/**
 * Tokens that must open no door, by what is wrong with them. All that can be is signed with the system's own key, so that
 * nothing but the one thing refuses it.
 */
export async function jwtVectors({ kid, privateKey, publicKey }: LocalKey): Promise<readonly Vector[]> {
  const now = Math.floor(Date.now() / 1000);
  const head = { alg: 'EdDSA', kid, typ: 'JWT' };
  const claims = { sub: 'eve', roles: ['admin'], iss: 'eaio', aud: 'eaio', iat: now, exp: now + 3_600 };
  const without = (name: keyof typeof claims): Json => {
    const { [name]: _left, ...rest } = claims;
    return rest;
  };
  const good = await signed(head, claims, privateKey);
  const [h = '', p = '', s = ''] = good.split('.');
  const own = await generateKeyPair('EdDSA', { extractable: true });
  const curve = await generateKeyPair('ES256', { extractable: true });
  const [jwk, spki, ownJwk] = [
    await exportJWK(publicKey),
    await exportSPKI(publicKey),
    await exportJWK(own.publicKey),
  ];
  const x = String(jwk.x);
  const byHeader = (more: Json) => signed({ ...head, ...more }, claims, privateKey);
  const byClaims = (more: Json) => signed(head, { ...claims, ...more }, privateKey);
  const ownHeader = (more: Json) => signed({ ...head, ...more }, claims, own.privateKey);
  const unsigned = (alg: unknown, signature = '') => `${encode({ ...head, alg })}.${p}.${signature}`;
  /** The last character with its unused bits set: a lenient decoder reads the same bytes. */
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const loose = (part: string): string => {
    const last = alphabet[alphabet.indexOf(part.slice(-1)) ^ 1] ?? 'A';
    return part.slice(0, -1) + last;
  };
  /** Claims whose encoding leaves bits unused. */
  const padded = { ...claims, pad: '' };
  while (encode(padded).length % 4 === 0) padded.pad += 'x';
  const [ph = '', pp = '', ps = ''] = (await signed(head, padded, privateKey)).split('.');
  const text = JSON.stringify(claims);
  const twice = (member: string) => signed(head, `{${member},${text.slice(1)}`, privateKey);

  const all: Readonly<Record<string, string | Promise<string>>> = {
    'alg none': unsigned('none'),
    'alg None': unsigned('None'),
    'alg NONE': unsigned('NONE'),
    'alg nOnE with the old signature': unsigned('nOnE', s),
    'alg none with the old signature': unsigned('none', s),
    'alg empty': unsigned('', s),
    'alg null': unsigned(null, s),
    'alg a number': unsigned(0, s),
    'alg a list': unsigned(['EdDSA'], s),
    'alg missing': `${encode({ kid, typ: 'JWT' })}.${p}.${s}`,
    'alg in another case': unsigned('eddsa', s),
    'alg with a space': unsigned('EdDSA ', s),
    'alg that there is not': unsigned('XX999', s),
    'key confusion: HS256 with the public key (x)': hmac('sha256', x, { kid }, claims),
    'key confusion: HS256 with its bytes': hmac('sha256', Buffer.from(x, 'base64url'), { kid }, claims),
    'key confusion: HS256 with PEM': hmac('sha256', spki, { kid }, claims),
    'key confusion: HS256 with the JWK': hmac('sha256', JSON.stringify(jwk), { kid }, claims),
    'key confusion: HS384': hmac('sha384', x, { kid }, claims),
    'key confusion: HS512': hmac('sha512', spki, { kid }, claims),
    'HS256 with an empty secret': hmac('sha256', '', { kid }, claims),
    'HS256 with the key id for secret': hmac('sha256', kid, { kid }, claims),
    'HS256 without a key id': hmac('sha256', x, {}, claims),
    'ES256 named, our signature': unsigned('ES256', s),
    'RS256 named, our signature': unsigned('RS256', s),
    'ES256 with a key of their own, our key id': signed({ ...head, alg: 'ES256' }, claims, curve.privateKey),
    'ES256 with a signature of zeros (CVE-2022-21449)': unsigned(
      'ES256',
      Buffer.alloc(64).toString('base64url'),
    ),
    'a key of their own, our key id': ownHeader({}),
    'a key of their own, its key id': ownHeader({ kid: 'mine' }),
    'a key of their own, no key id': signed({ alg: 'EdDSA' }, claims, own.privateKey),
    'embedded jwk': ownHeader({ jwk: ownJwk }),
    'embedded jwk, without a key id': signed({ alg: 'EdDSA', jwk: ownJwk }, claims, own.privateKey),
    'our jwk embedded': byHeader({ jwk }),
    'jku of their own': ownHeader({ jku: 'http://127.0.0.1:9/jwks.json' }),
    'x5u of their own': ownHeader({ x5u: 'http://127.0.0.1:9/cert.pem' }),
    'x5c of their own': ownHeader({ x5c: ['MIIB'] }),
    'jku, signed by us': byHeader({ jku: 'http://169.254.169.254/latest/meta-data' }),
    'kid with a path': ownHeader({ kid: '../../../../dev/null' }),
    'kid with SQL': ownHeader({ kid: "x' union select 'secret" }),
    'kid with a command': ownHeader({ kid: '| touch /tmp/eaio-owned' }),
    'kid with a zero byte': ownHeader({ kid: `${kid}\u0000` }),
    'kid of the prototype': ownHeader({ kid: '__proto__' }),
    'kid a list': byHeader({ kid: [kid] }),
    'kid an object': byHeader({ kid: { toString: kid } }),
    'kid very long': byHeader({ kid: 'k'.repeat(300) }),
    'crit that nobody knows': byHeader({ crit: ['exp'], exp: now + 60 }),
    'crit empty': byHeader({ crit: [] }),
    'b64 false with crit': byHeader({ b64: false, crit: ['b64'] }),
    'b64 false without crit': byHeader({ b64: false }),
    'zip DEF': byHeader({ zip: 'DEF' }),
    'enc of a JWE': byHeader({ enc: 'A256GCM' }),
    'nested: cty JWT': signed({ ...head, cty: 'JWT' }, good, privateKey),
    'nested: a token for payload': signed(head, JSON.stringify(good), privateKey),
    'typ of a logout token': byHeader({ typ: 'logout+jwt' }),
    'typ of a DPoP proof': byHeader({ typ: 'dpop+jwt' }),
    'typ a list': byHeader({ typ: ['JWT'] }),
    'header member twice': signed(
      `{"alg":"none","alg":"EdDSA","kid":${JSON.stringify(kid)}}`,
      claims,
      privateKey,
    ),
    'issuer of others': byClaims({ iss: 'https://evil.example' }),
    'issuer in another case': byClaims({ iss: 'EAIO' }),
    'issuer a list': byClaims({ iss: ['eaio'] }),
    'issuer missing': signed(head, without('iss'), privateKey),
    'audience of others': byClaims({ aud: 'billing' }),
    'audience of the inside': byClaims({ aud: 'eaio/internal' }),
    'audience a list of others': byClaims({ aud: ['billing', 'eaio/internal'] }),
    'audience empty': byClaims({ aud: [] }),
    'audience that begins as ours': byClaims({ aud: 'eaio-staging' }),
    'audience missing': signed(head, without('aud'), privateKey),
    expired: byClaims({ iat: now - 7_200, exp: now - 60 }),
    'expired long ago': byClaims({ iat: 1, exp: 2 }),
    'expiry missing': signed(head, without('exp'), privateKey),
    'expiry a text': byClaims({ exp: String(now + 3_600) }),
    'expiry null': byClaims({ exp: null }),
    'expiry negative': byClaims({ exp: -1 }),
    'expiry beyond numbers': signed(head, text.replace(`"exp":${claims.exp}`, '"exp":1e999'), privateKey),
    'not yet valid': byClaims({ nbf: now + 3_600 }),
    'not-before a text': byClaims({ nbf: 'now' }),
    'issued in the future': byClaims({ iat: now + 3_600 }),
    'issued-at a text': byClaims({ iat: 'now' }),
    'subject missing': signed(head, without('sub'), privateKey),
    'subject empty': byClaims({ sub: '' }),
    'subject a number': byClaims({ sub: 1 }),
    'roles missing': signed(head, without('roles'), privateKey),
    'roles a text': byClaims({ roles: 'admin' }),
    'roles empty': byClaims({ roles: [] }),
    'a role that there is not': byClaims({ roles: ['admin', 'root'] }),
    'a role of the prototype': byClaims({ roles: ['__proto__'] }),
    'buildings a text': byClaims({ buildings: 'all' }),
    'buildings null': byClaims({ buildings: null }),
    'subject twice': twice('"sub":"alice"'),
    'roles twice': twice('"roles":["viewer"]'),
    'expiry twice, once spelt with an escape': twice(`"\\u0065xp":${now - 60}`),
    'payload no JSON': signed(head, 'sub=eve', privateKey),
    'payload a list': signed(head, JSON.stringify([claims]), privateKey),
    'payload not UTF-8': signed(
      head,
      Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff, 0xfe]), Buffer.from(`",${text.slice(1)}`)]),
      privateKey,
    ),
    'payload with a byte order mark': signed(head, `\uFEFF${text}`, privateKey),
    'payload changed': `${h}.${encode({ ...claims, sub: 'alice' })}.${s}`,
    'header changed': `${encode({ ...head, typ: 'at+jwt' })}.${p}.${s}`,
    'signature of another token': byClaims({ jti: '1' }).then((other) => `${h}.${p}.${other.split('.')[2]}`),
    'signature missing': `${h}.${p}.`,
    'signature and its dot missing': `${h}.${p}`,
    'signature cut by a byte': `${h}.${p}.${Buffer.from(s, 'base64url').subarray(0, -1).toString('base64url')}`,
    'signature with a byte more': `${h}.${p}.${encode(Buffer.concat([Buffer.from(s, 'base64url'), Buffer.from([0])]))}`,
    'signature of zeros': `${h}.${p}.${Buffer.alloc(64).toString('base64url')}`,
    'header alone': h,
    'header missing': `.${p}.${s}`,
    'payload missing': `${h}..${s}`,
    'only dots': '..',
    'a fourth part': `${good}.${s}`,
    'five parts, as a JWE': `${h}.${p}.${s}.${s}.${s}`,
    'half of it': good.slice(0, good.length / 2),
    'two in one': `${good},${good}`,
    'lenient base64url: unused bits in the signature': `${h}.${p}.${loose(s)}`,
    'lenient base64url: unused bits in the payload': `${ph}.${loose(pp)}.${ps}`,
    'lenient base64url: padding at the signature': `${h}.${p}.${s}==`,
    'lenient base64url: padding at the header': `${h}=.${p}.${s}`,
    'lenient base64url: a space within': `${h}.${p.slice(0, 9)} ${p.slice(9)}.${s}`,
    'lenient base64url: a tab within': `${h}.${p}.${s.slice(0, 9)}\t${s.slice(9)}`,
    'lenient base64url: a strange character': `${h}.${p}.${s.slice(0, 9)}!${s.slice(9)}`,
    'lenient base64url: escaped dots': good.replaceAll('.', '%2E'),
    'lenient base64url: the other alphabet': `${h}.${p}.${`-${s.slice(1)}`.replaceAll('-', '+').replaceAll('_', '/')}`,
    'JSON serialisation': JSON.stringify({ protected: h, payload: p, signature: s }),
    'over 8 KiB': byClaims({ filler: 'x'.repeat(9_000) }),
    'over what a header takes': byClaims({ filler: 'x'.repeat(40_000) }),
  };
  return await Promise.all(Object.entries(all).map(async ([name, token]) => ({ name, token: await token })));
}
