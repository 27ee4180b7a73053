import type { Duplex } from 'node:stream';
import type { Context } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Principal } from '../../../platform/identity/principal.ts';
import type { Dismissal, Guest } from '../keeper.ts';
import { nextFrame } from './frame.ts';

/** 4403 rather than 4401: clients of graphql-ws take 4401 for final, and come back after 4403 with a new token. */
export const forbidden = 4403;
export const goingAway = 1001;
export const tryAgainLater = 1013;
export const internalError = 4500;

const dismissals = {
  expired: 'Token expired',
  revoked: 'Permission revoked',
} as const satisfies Record<Dismissal, string>;

export interface Extra {
  readonly connection: Connection;
}
export type ConnectionContext = Context<Record<string, unknown>, Extra>;

/**
 * One client's socket. Protocol messages go through `ws`; events, which are most of the traffic, are written below it as
 * finished frames. That is sound because compression is off: `ws` then writes each message at once and in one piece.
 */
export class Connection implements Guest {
  /** The `Authorization` header of the upgrade request, for clients that can set it. */
  readonly authorization: string | undefined;
  principal: Principal | undefined;
  readonly #socket: WebSocket;
  readonly #wire: Duplex;
  #answered = true;
  /** Operations that wait for the client to read. */
  #waiting: (() => void)[] | undefined;

  constructor(socket: WebSocket, wire: Duplex, authorization: string | undefined) {
    this.#socket = socket;
    this.#wire = wire;
    this.authorization = authorization;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(message: string): void {
    if (this.isOpen) this.#socket.send(message);
  }

  /** False when the client takes no more for now. */
  sendNext(quotedId: string, payload: Buffer): boolean {
    // Behind a close frame nothing may follow (RFC 6455, section 5.5.1).
    return !this.isOpen || this.#wire.write(nextFrame(quotedId, payload));
  }

  onDrain(resume: () => void): void {
    if (this.#waiting) return void this.#waiting.push(resume);
    this.#waiting = [resume];
    this.#wire.once('drain', () => {
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const each of waiting) each();
    });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** This process goes down: clients of graphql-ws connect again, and find another one. */
  leave(): void {
    this.close(goingAway, 'Going away');
  }

  /** A fault of ours; the log has it. */
  fail(): void {
    this.close(internalError, 'Internal server error');
  }

  terminate(): void {
    this.#socket.terminate();
  }

  dismiss(why: Dismissal): void {
    this.close(forbidden, dismissals[why]);
  }

  /** A ping; whoever has not answered the one before is gone. */
  beat(): void {
    if (!this.#answered) this.terminate();
    else if (this.isOpen) this.#socket.ping();
    this.#answered = false;
  }

  answered(): void {
    this.#answered = true;
  }
}
