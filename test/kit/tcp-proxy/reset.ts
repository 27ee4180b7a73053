import type { Socket } from 'node:net';

/**
 * Ends a connection by RST. A socket that is saying goodbye can't be reset: Node (24) then keeps a handle that never
 * closes, and the process never ends. It is closed instead, and so is one that is not connected yet.
 */
export function reset(socket: Socket): void {
  const sayingGoodbye = socket.writableEnded && !socket.writableFinished;
  if (sayingGoodbye || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
