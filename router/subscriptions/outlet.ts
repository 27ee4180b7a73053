import type { EncodedEvent } from '../types.ts';
import { createEventQueue, type EventQueue, type EventQueueOptions } from './event-queue.ts';

export interface Outlet {
  /** Writes one event; false when the other side takes no more for now. */
  write(event: EncodedEvent): boolean;
  /** Calls back once, when it takes more again. */
  onDrain(resume: () => void): void;
}

export type QueueBounds = Omit<EventQueueOptions, 'sinceMs'>;

/**
 * Hands events to an outlet as long as it takes them; what it does not take waits, bounded. A class, and without a queue
 * while there is no need: there is one for each of many thousand subscribers.
 */
export class OutletFeeder {
  readonly #outlet: Outlet;
  readonly #bounds: QueueBounds;
  #lastAtMs: number;
  #blocked = false;
  #queue: EventQueue | undefined;
  #atEnd: (() => void) | undefined;

  constructor(outlet: Outlet, options: { readonly bounds: QueueBounds; readonly sinceMs: number }) {
    this.#outlet = outlet;
    this.#bounds = options.bounds;
    this.#lastAtMs = options.sinceMs;
  }

  /** Events that wait. */
  get waiting(): number {
    return this.#queue?.size ?? 0;
  }

  next(event: EncodedEvent): void {
    if (this.#blocked) {
      this.#queue ??= createEventQueue({ ...this.#bounds, sinceMs: this.#lastAtMs });
      this.#queue.push(event);
    } else this.#write(event);
  }

  /** Calls back when everything before has been handed over. Nothing may follow. */
  end(callback: () => void): void {
    if (this.#blocked) this.#atEnd = callback;
    else callback();
  }

  #write(event: EncodedEvent): void {
    this.#lastAtMs = event.atMs;
    if (this.#outlet.write(event)) return;
    this.#blocked = true;
    this.#outlet.onDrain(() => this.#resume());
  }

  #resume(): void {
    this.#blocked = false;
    for (let event = this.#queue?.take(); event; event = this.#blocked ? undefined : this.#queue?.take()) {
      this.#write(event);
    }
    if (this.#blocked) return;
    this.#queue = undefined;
    this.#atEnd?.();
  }
}
