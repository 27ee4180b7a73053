import { createServer } from 'node:net';
import { OperatorError } from '../errors/operator-error.ts';

const loopback = '127.0.0.1';

/** A TCP port on the loopback address that nobody listens on now: `preferred` when it is free, else any. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  const port = await listenOnce(0);
  if (port === undefined) throw new OperatorError(`No TCP port is free on ${loopback}.`);
  return port;
}

export async function isPortFree(port: number, host: string = loopback): Promise<boolean> {
  return (await listenOnce(port, host)) !== undefined;
}

function listenOnce(port: number, host: string = loopback): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
