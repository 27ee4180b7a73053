import type { EncodedEvent } from '../types.ts';

export interface HistoryOptions {
  /** Most events remembered of one stream; default 1,024. */
  readonly maxEvents?: number;
  /** Most bytes of payload remembered of one stream; default 256 KiB. */
  readonly maxBytes?: number;
}

/**
 * The last events of one stream, so that who comes late or comes back joins without work upstream. Of events with a key
 * only the newest of each is worth remembering.
 */
export interface History {
  push(event: EncodedEvent): void;
  /** What came behind the cursor, oldest first; undefined when that is not known any more. */
  after(cursor: string): readonly EncodedEvent[] | undefined;
  /** What a new subscriber begins with: the newest event of each key. Events without a key are not repeated. */
  latest(): readonly EncodedEvent[];
  /** All of it, when nothing since the stream began was forgotten. */
  whole(): readonly EncodedEvent[] | undefined;
}

export function createHistory({ maxEvents = 1_024, maxBytes = 262_144 }: HistoryOptions = {}): History {
  /** In the order of arrival; under its key, or under a number of its own. */
  const events = new Map<string | number, EncodedEvent>();
  let bytes = 0;
  let count = 0;
  let forgotten = false;
  let keyed = false;

  function forget(id: string | number): void {
    bytes -= events.get(id)?.payload.length ?? 0;
    events.delete(id);
  }

  return {
    push(event) {
      count += 1;
      const id = event.key ?? count;
      if (event.key !== undefined) keyed = true;
      forget(id);
      events.set(id, event);
      bytes += event.payload.length;
      for (const oldest of events.keys()) {
        if (events.size <= maxEvents && bytes <= maxBytes) break;
        forget(oldest);
        forgotten = true;
      }
    },

    after(cursor) {
      const all = [...events.values()];
      const index = all.findIndex((event) => event.cursor === cursor);
      if (index >= 0) return all.slice(index + 1);
      // The newest of each key says all that the events before it did.
      return keyed && !forgotten ? all : undefined;
    },

    latest: () => [...events.values()].filter(({ key }) => key !== undefined),
    whole: () => (forgotten ? undefined : [...events.values()]),
  };
}
