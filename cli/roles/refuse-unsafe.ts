import type { Config } from '../../platform/config/load.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/;

/** What is fine at a desk and not where people rely on it. @throws OperatorError that names all of it. */
export function refuseUnsafe({ run, http, identity, services }: Config): void {
  if (run.mode !== 'production') return;
  const faults = [
    identity.jwksUrl === undefined && 'JWKS_URL must be set: tokens of our own are for development',
    identity.jwksUrl?.startsWith('http:') === true &&
      !loopback.test(new URL(identity.jwksUrl).hostname) &&
      'JWKS_URL must be https',
    identity.signingKey === undefined &&
      'EAIO_SIGNING_KEY must be set: a key made at the first start is for development',
    !identity.safelist && 'EAIO_SAFELIST must be on',
    services.databaseUrl === undefined && 'DATABASE_URL must be set',
    services.redisUrl === undefined && 'REDIS_URL must be set',
    !loopback.test(http.host) &&
      http.tlsCert === undefined &&
      http.trustedProxies === undefined &&
      `HOST ${http.host} is reached from other machines: set EAIO_TLS_CERT and EAIO_TLS_KEY, or name the proxy that ends TLS by EAIO_TRUSTED_PROXIES`,
  ].filter((fault) => fault !== false);
  if (faults.length > 0)
    throw new OperatorError(`Not started, for EAIO_MODE is production:\n  ${faults.join('\n  ')}`);
}

/** @throws OperatorError when only one of the two is set. */
export function tlsFilesOf({
  tlsCert: cert,
  tlsKey: key,
}: Config['http']): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new OperatorError('EAIO_TLS_CERT and EAIO_TLS_KEY belong together: set both, or neither.');
  return { cert, key };
}
