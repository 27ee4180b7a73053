import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { codeOf, messageOf } from '../errors/facts.ts';
import { OperatorError } from '../errors/operator-error.ts';

/** The algorithm of our own tokens. */
export const localAlgorithm = 'EdDSA';

/** An Ed25519 pair that signs and checks tokens without any identity provider. */
export interface LocalKey {
  /** RFC 7638 thumbprint: tells keys apart in a token's header. */
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** A pair that lives as long as the process. */
export async function createLocalKey(): Promise<LocalKey> {
  return await keyFrom(await createJwk());
}

/**
 * The key that signs here: the one that is set, else the data folder's.
 * @throws OperatorError when neither can be used.
 */
export const openLocalKey = ({
  signingKey,
  dataDir,
}: {
  /** A private JWK as text. */
  readonly signingKey: string | undefined;
  readonly dataDir: string;
}): Promise<LocalKey> =>
  signingKey === undefined ? loadOrCreateLocalKey(dataDir) : parseLocalKey(signingKey);

/**
 * The pair of a private JWK as text, as the key file has it: for processes that share no data folder.
 * @throws OperatorError when it is no such key; the text is not repeated.
 */
export async function parseLocalKey(text: string): Promise<LocalKey> {
  try {
    const jwk: JWK = JSON.parse(text);
    return await keyFrom(jwk);
  } catch {
    throw new OperatorError(
      'EAIO_SIGNING_KEY is no private Ed25519 key as JWK (JSON); a file keys/local-ed25519.json holds one.',
    );
  }
}

/**
 * The pair of this data folder, made at first use. Processes that start at once agree on one.
 * @throws OperatorError when the file can't be read or written, or holds no such key.
 */
export async function loadOrCreateLocalKey(dataDir: string): Promise<LocalKey> {
  const file = join(dataDir, 'keys', 'local-ed25519.json');
  try {
    const text = (await readIfThere(file)) ?? (await createFile(file));
    const jwk: JWK = JSON.parse(text);
    return await keyFrom(jwk);
  } catch (cause) {
    throw new OperatorError(
      `The key that signs local tokens, ${file}, can't be used (${messageOf(cause)}). Remove the file to get a new one; tokens made so far end with it.`,
      {
        cause,
      },
    );
  }
}

async function createFile(file: string): Promise<string> {
  const own = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(own, JSON.stringify(await createJwk()), { mode: 0o600 });
  try {
    // A link never replaces: whoever comes second takes the first one's key.
    await link(own, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
  return await readFile(file, 'utf8');
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    // Copied about, a private key may have become readable by others.
    await chmod(file, 0o600);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function createJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(localAlgorithm, { extractable: true });
  return await exportJWK(privateKey);
}

async function keyFrom(jwk: JWK): Promise<LocalKey> {
  const { d: _private, ...publicJwk } = jwk;
  const [privateKey, publicKey] = await Promise.all([
    importJWK(jwk, localAlgorithm),
    importJWK(publicJwk, localAlgorithm),
  ]);
  if (
    !(privateKey instanceof CryptoKey) ||
    !(publicKey instanceof CryptoKey) ||
    privateKey.type !== 'private'
  ) {
    throw new TypeError('it is no private Ed25519 key.');
  }
  return { kid: await calculateJwkThumbprint(publicJwk), privateKey, publicKey };
}
