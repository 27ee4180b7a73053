import { createHmac } from 'node:crypto';

export type Json = Readonly<Record<string, unknown>>;

export const encode = (value: string | Buffer | Json): string =>
  (typeof value === 'string' || Buffer.isBuffer(value)
    ? Buffer.from(value)
    : Buffer.from(JSON.stringify(value))
  ).toString('base64url');

/** A token of whatever header and payload, signed over exactly these bytes. */
export async function signed(
  header: string | Json,
  payload: string | Buffer | Json,
  key: CryptoKey,
): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`;
  const algorithm = key.algorithm.name === 'ECDSA' ? { name: 'ECDSA', hash: 'SHA-256' } : key.algorithm.name;
  const signature = await crypto.subtle.sign(algorithm, key, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

/** Signed with a shared secret: whatever an attacker knows of the public key. */
export function hmac(
  hash: 'sha256' | 'sha384' | 'sha512',
  secret: string | Buffer,
  header: Json,
  payload: Json,
): string {
  const input = `${encode({ alg: hash.replace('sha', 'HS'), ...header })}.${encode(payload)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
}
