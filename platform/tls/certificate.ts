import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { messageOf } from '../errors/facts.ts';
import { OperatorError } from '../errors/operator-error.ts';

/** A certificate with its key, as files that may be renewed under us. */
export interface CertificateFiles {
  /** PEM, with the chain. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

/** @throws OperatorError when a file can't be read, or the two do not belong together. */
export function readCertificate({
  cert,
  key,
}: CertificateFiles): Pick<SecureContextOptions, 'cert' | 'key' | 'minVersion'> {
  try {
    const read = { cert: readFileSync(cert), key: readFileSync(key), minVersion: 'TLSv1.2' as const };
    createSecureContext(read);
    return read;
  } catch (cause) {
    throw new OperatorError(
      `The certificate ${cert} with the key ${key} can't be used: ${messageOf(cause)}.`,
      { cause },
    );
  }
}

/**
 * Tells of the pair anew whenever one of the files changes and the two fit; while they do not (one is renewed before the
 * other) the old pair stays. Returns how to stop.
 */
export function watchCertificate(
  files: CertificateFiles,
  onRenewed: (pair: ReturnType<typeof readCertificate>) => void,
  {
    everyMs = 5_000,
    onError = () => undefined,
  }: { everyMs?: number; onError?: (error: unknown) => void } = {},
): () => void {
  const renew = () => {
    try {
      onRenewed(readCertificate(files));
    } catch (error) {
      onError(error);
    }
  };
  const paths = [files.cert, files.key];
  for (const path of paths) watchFile(path, { interval: everyMs, persistent: false }, renew);
  return () => {
    for (const path of paths) unwatchFile(path, renew);
  };
}
