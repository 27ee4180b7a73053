import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Limiter } from '../../../platform/limits/types.ts';
import { createBatching } from './batching.ts';
import { Connection } from './connection.ts';
import { createProtocol, type ProtocolOptions } from './protocol.ts';

export interface DoorOptions extends ProtocolOptions {
  readonly server: HttpServer;
  readonly path: string;
  /** Whether a page of this origin may connect; browsers let any page open a WebSocket. Default: all. */
  readonly mayCome?: ((origin: string, host: string | undefined) => boolean) | undefined;
  /** Upgrades of each network address. */
  readonly addresses?: Limiter | undefined;
  /** Largest message of a client; default 256 KiB. */
  readonly maxMessageBytes?: number | undefined;
}

/** Takes over upgrade requests for one path. Closing: new ones are refused, and the connections close with 1001. */
export interface WebSocketDoor {
  /** Resolves when all clients have gone, or have been cut after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

export function openWebSocketDoor(options: DoorOptions): WebSocketDoor {
  const { server, path, keeper, onFault, addresses, mayCome, maxMessageBytes = 262_144 } = options;
  const protocol = createProtocol(options);
  const batching = createBatching();
  const connections = new Set<Connection>();
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    handleProtocols,
    maxPayload: maxMessageBytes,
    // Frames are written below `ws` (see Connection): it may hold nothing back.
    perMessageDeflate: false,
    // Each message has its own turn: `complete` right behind `subscribe` finds the operation noted.
    allowSynchronousEvents: false,
  });
  let closing = false;
  let onEmpty = (): void => {};

  function welcome(
    socket: WebSocket,
    wire: Duplex,
    { headers, socket: { remoteAddress } }: IncomingMessage,
  ): void {
    const origin = { address: remoteAddress, userAgent: headers['user-agent'], door: 'websocket' } as const;
    const connection = new Connection({
      socket,
      wire,
      origin,
      authorization: headers.authorization,
      batching,
    });
    connections.add(connection);
    keeper.add(connection);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (message) => connection.send(message),
        close: (code, reason) => connection.close(code ?? 1000, reason ?? ''),
        onMessage(take) {
          socket.on('message', (message) => {
            take(String(message)).catch((error) => {
              onFault(error);
              connection.fail();
            });
          });
        },
      },
      { connection },
    );
    socket.on('pong', () => connection.answered());
    // What a client does wrong on the wire: `ws` closes the connection by itself, with the code for it.
    socket.on('error', () => {});
    socket.once('close', (code, reason) => {
      connections.delete(connection);
      keeper.remove(connection);
      closed(code, String(reason)).catch(onFault);
      if (connections.size === 0) onEmpty();
    });
  }

  function onUpgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    if (request.url?.split('?', 1)[0] !== path) {
      // Another door may know the address.
      if (server.listenerCount('upgrade') === 1) refuse(wire, '404 Not Found');
    } else if (closing) {
      refuse(wire, '503 Service Unavailable');
    } else {
      admit(request, wire, head).catch(onFault);
    }
  }

  async function admit(request: IncomingMessage, wire: Duplex, head: Buffer): Promise<void> {
    const { origin, host } = request.headers;
    if (origin !== undefined && mayCome?.(origin, host) === false) return refuse(wire, '403 Forbidden');
    const verdict = await addresses?.take(request.socket.remoteAddress ?? '', 1);
    if (verdict?.ok === false) {
      const seconds = Math.ceil(verdict.retryAfterMs / 1_000);
      return refuse(wire, `429 Too Many Requests\r\nRetry-After: ${seconds}`);
    }
    sockets.handleUpgrade(request, wire, head, (socket) => welcome(socket, wire, request));
  }

  server.on('upgrade', onUpgrade);

  return {
    async close(graceMs) {
      closing = true;
      if (connections.size > 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        onEmpty = resolve;
        for (const connection of connections) connection.leave();
        const cut = setTimeout(() => {
          for (const connection of connections) connection.terminate();
        }, graceMs);
        await promise;
        clearTimeout(cut);
      }
      server.off('upgrade', onUpgrade);
    },
  };
}

function refuse(wire: Duplex, status: string): void {
  wire.on('error', () => {});
  wire.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
