import type { Config } from '../../platform/config/load.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { freePort, isPortFree } from '../../platform/lifecycle/free-port.ts';

export interface Address {
  readonly port: number;
  /** Where this machine's own programs reach us. */
  readonly url: string;
}

const dealsConnections: readonly NodeJS.Platform[] = ['linux', 'freebsd'];
const anywhere = ['0.0.0.0', '::'];

/** Checked before anything is started, so that a busy port costs no wait. @throws OperatorError when it is busy. */
export async function claimAddress({ host, port, edgeWorkers }: Config['http']): Promise<Address> {
  if (edgeWorkers > 1 && !dealsConnections.includes(process.platform)) {
    throw new OperatorError(
      `Several edge processes on one port need a system that deals connections out to them (Linux, FreeBSD): start one, or several on ports of their own.`,
    );
  }
  if (port !== 0 && !(await isPortFree(port, host))) {
    throw new OperatorError(
      `Port ${port} on ${host} can't be used, another program has it: choose one with --port N (or PORT), 0 for any that is free.`,
    );
  }
  const chosen = port === 0 ? await freePort() : port;
  const name = anywhere.includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return { port: chosen, url: `http://${name}:${chosen}` };
}
