import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { forward } from './tcp-proxy/forward.ts';
import { createGate } from './tcp-proxy/gate.ts';
import { reset } from './tcp-proxy/reset.ts';

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** The same address, through the proxy. */
  through(url: string): string;
  /** Connections that are open now. */
  readonly connections: number;
  /** Everything takes so much longer, each way. */
  delay(milliseconds: number): void;
  /** Half-open: connections stay and are accepted, nothing passes, no one is told. */
  silence(): void;
  /** Ends `silence`: what was held passes, in order. */
  speak(): void;
  /** The end of a connection is passed on so much later. */
  delayClose(milliseconds: number): void;
  /** All connections are reset (RST); new ones are taken. */
  reset(): void;
  /** All connections are reset and new ones refused, as if the program had ended. */
  refuse(): Promise<void>;
  /** Ends `refuse`; the port is the same. */
  accept(): Promise<void>;
}

/** A TCP proxy on the loopback address between a client and `target`, with the faults that networks have. */
export async function createTcpProxy(target: {
  readonly port: number;
  readonly host?: string;
}): Promise<TcpProxy> {
  const faults = { delayMs: 0, closeDelayMs: 0, gate: createGate() };
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = dial({
      port: target.port,
      host: target.host ?? '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    keep(client);
    keep(upstream);
    forward(client, upstream, faults);
    forward(upstream, client, faults);
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const { port } = address;

  const resetAll = (): void => {
    for (const socket of sockets) reset(socket);
  };
  const refuse = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    resetAll();
    await closed;
  };
  return {
    port,
    through: (url) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href,
    get connections() {
      return Math.ceil(sockets.size / 2);
    },
    delay(milliseconds) {
      faults.delayMs = milliseconds;
    },
    delayClose(milliseconds) {
      faults.closeDelayMs = milliseconds;
    },
    silence: () => faults.gate.shut(),
    speak: () => faults.gate.open(),
    reset: resetAll,
    refuse,
    accept: () => listen(port),
    async [Symbol.asyncDispose]() {
      await refuse();
      faults.gate.open();
    },
  };
}
