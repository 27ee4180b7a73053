import type { EncodedEvent } from '../types.ts';
import { gapNotice } from './encode-event.ts';

export interface EventQueueOptions {
  /** Most events that wait for one subscriber; default 4,096. They are shared: it is the bytes that count. */
  readonly maxEvents?: number;
  /** Most bytes of payload that wait; default 1 MiB. */
  readonly maxBytes?: number;
  /** When the subscriber got its last event, Unix milliseconds: where a gap begins. */
  readonly sinceMs: number;
}

/**
 * What waits for one slow subscriber, bounded. An event replaces a waiting one of its key. When the bound is reached
 * everything that waits gives way to one notice that says from when to when: the subscriber learns of every loss.
 */
export interface EventQueue {
  readonly size: number;
  push(event: EncodedEvent): void;
  take(): EncodedEvent | undefined;
}

interface Dropped {
  readonly fromMs: number;
  readonly last: EncodedEvent;
  readonly count: number;
}

export function createEventQueue(options: EventQueueOptions): EventQueue {
  const { maxEvents = 4_096, maxBytes = 1_048_576 } = options;
  let waiting: EncodedEvent[] = [];
  let bytes = 0;
  let dropped: Dropped | undefined;
  let takenAtMs = options.sinceMs;

  function removeSameKey({ key }: EncodedEvent): void {
    const index = key === undefined ? -1 : waiting.findIndex((other) => other.key === key);
    const [removed] = index < 0 ? [] : waiting.splice(index, 1);
    bytes -= removed?.payload.length ?? 0;
  }

  function dropAll(): void {
    const last = waiting.at(-1);
    if (!last) return;
    // A notice among them tells of an earlier beginning.
    const notices = waiting.flatMap(({ gap }) => (gap ? [Date.parse(gap.from)] : []));
    dropped = {
      fromMs: dropped?.fromMs ?? Math.min(takenAtMs, ...notices),
      last,
      count: (dropped?.count ?? 0) + waiting.length,
    };
    waiting = [];
    bytes = 0;
  }

  return {
    get size() {
      return waiting.length + (dropped ? 1 : 0);
    },

    push(event) {
      removeSameKey(event);
      if (waiting.length >= maxEvents || bytes + event.payload.length > maxBytes) dropAll();
      waiting.push(event);
      bytes += event.payload.length;
    },

    take() {
      if (dropped) {
        const { fromMs, last, count } = dropped;
        dropped = undefined;
        takenAtMs = last.atMs;
        const [from, to] = [new Date(fromMs).toISOString(), new Date(last.atMs).toISOString()];
        const reason = `The connection was too slow for ${count} events.`;
        return gapNotice({ from, to, reason }, last.cursor, last.atMs);
      }
      const event = waiting.shift();
      if (event) {
        bytes -= event.payload.length;
        takenAtMs = event.atMs;
      }
      return event;
    },
  };
}
