import type { Duplex } from 'node:stream';
import type { Context } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Origin } from '../../../platform/audit/types.ts';
import type { Principal } from '../../../platform/identity/principal.ts';
import type { Dismissal, Guest } from '../keeper.ts';
import type { Batching } from './batching.ts';
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

export interface ConnectionOptions {
  readonly socket: WebSocket;
  /** What the WebSocket runs on. */
  readonly wire: Duplex;
  /** From where the client comes. */
  readonly origin: Origin;
  /** The `Authorization` header of the upgrade request, for clients that can set it. */
  readonly authorization: string | undefined;
  readonly batching: Batching;
}

/** From this many bytes on frames are not held back for more. */
const batchBytes = 32_768;

/**
 * One client's socket. Protocol messages go through `ws`; events, which are most of the traffic, are written below it as
 * finished frames, those of one turn of the event loop in one piece. That is sound because compression is off: `ws` then
 * writes each message at once and whole.
 */
export class Connection implements Guest {
  principal: Principal | undefined;
  readonly origin: Origin;
  readonly #socket: WebSocket;
  readonly #wire: Duplex;
  readonly #batching: Batching;
  #authorization: string | undefined;
  #answered = true;
  #frames: Buffer[] = [];
  #framesBytes = 0;
  /** Operations that wait for the client to read. */
  #waiting: (() => void)[] | undefined;

  constructor({ socket, wire, origin, authorization, batching }: ConnectionOptions) {
    this.origin = origin;
    this.#socket = socket;
    this.#wire = wire;
    this.#authorization = authorization;
    this.#batching = batching;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Asked for once: ten thousand tokens need not be held. */
  takeAuthorization(): string | undefined {
    const authorization = this.#authorization;
    this.#authorization = undefined;
    return authorization;
  }

  send(message: string): void {
    this.flush();
    if (this.isOpen) this.#socket.send(message);
  }

  /** False when the client takes no more for now. */
  sendNext(quotedId: string, payload: Buffer): boolean {
    if (this.#frames.length === 0) this.#batching.add(this);
    const frame = nextFrame(quotedId, payload);
    this.#frames.push(frame);
    this.#framesBytes += frame.length;
    if (this.#framesBytes >= batchBytes) this.flush();
    return !this.#wire.writableNeedDrain;
  }

  /** Writes what was held back. */
  flush(): void {
    const [first, ...more] = this.#frames;
    if (!first) return;
    this.#frames = [];
    this.#framesBytes = 0;
    // Behind a close frame nothing may follow (RFC 6455, section 5.5.1).
    if (this.isOpen) this.#wire.write(more.length === 0 ? first : Buffer.concat([first, ...more]));
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
    this.flush();
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
