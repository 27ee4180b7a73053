import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { type CertificateFiles, readCertificate, watchCertificate } from '../../platform/tls/certificate.ts';

export interface ListenerOptions {
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeout: number | undefined;
  readonly tls: CertificateFiles | undefined;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/** Head lines that trickle in hold no connection open for longer than this. */
const headersTimeoutMs = 10_000;

/** Node's own server, plain or by TLS, with bounds on how slowly a request may come in and how long its head may be. */
export function createListener(handler: RequestListener, options: ListenerOptions): Server {
  const { requestTimeoutMs, keepAliveTimeout = 75_000, tls, log } = options;
  const bounds = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    keepAliveTimeout,
    connectionsCheckingInterval: Math.min(2_000, requestTimeoutMs),
    maxHeaderSize: 16_384,
  };
  if (tls === undefined) return createServer(bounds, handler);
  const server = createTlsServer({ ...bounds, ...readCertificate(tls) }, handler);
  const stop = watchCertificate(
    tls,
    (pair) => {
      server.setSecureContext(pair);
      log.info('The certificate was renewed.');
    },
    { onError: (err) => log.error({ err }, 'The new certificate can not be used: the one before stays.') },
  );
  server.once('close', stop);
  return server;
}
