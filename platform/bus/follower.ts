import type { Delivery, Position } from './event.ts';
import type { SharedReader } from './shared-reader.ts';
import type { RawEntry, StreamLog } from './stream-log.ts';

/** What a follower stands on, the same for all followers of a bus. */
export interface FollowerGround {
  readonly log: StreamLog;
  readonly reader: SharedReader;
  readonly decode: (topic: string, entries: readonly RawEntry[]) => readonly Delivery[];
  /** Runs it until Redis answers; rejects when the signal aborts. */
  readonly insist: <T>(run: () => Promise<T>, signal: AbortSignal) => Promise<T>;
}

export interface FollowerOptions {
  readonly topic: string;
  /** Where to begin; a promise so that "from now on" is fixed when the follower is made, not when it is first asked. */
  readonly from: Promise<Position>;
  readonly maxQueued: number;
  readonly signal: AbortSignal;
}

/**
 * A topic's events from a place on, each once, in order. Two ways of reading take turns. Behind, it reads from the stream,
 * as fast as it is asked and not faster. When there is nothing more to read it joins the shared reader, whose events
 * wait in a queue. A queue that is full, or a connection that is lost, puts it back to reading from the stream behind
 * what it gave last: nothing is lost that the stream still holds, and memory is bounded whatever the reader's pace.
 */
export async function* followerOf(
  ground: FollowerGround,
  { topic, from, maxQueued, signal }: FollowerOptions,
): AsyncGenerator<Delivery, undefined, undefined> {
  const { log, reader, decode, insist } = ground;
  const queue = createQueue(maxQueued, signal);
  try {
    let position = await from;
    while (!signal.aborted) {
      const read = await insist(() => log.readAfter(topic, position, entriesARead), signal);
      if (read.kind === 'gap') {
        position = read.gap.position;
        yield read.gap;
        continue;
      }
      for (const delivery of decode(topic, read.entries)) yield delivery;
      position = read.entries.at(-1)?.[0] ?? position;
      if (read.entries.length === entriesARead || !reader.join(topic, position, queue)) continue;
      for await (const delivery of queue) {
        position = delivery.position;
        yield delivery;
      }
      reader.leave(topic, queue);
    }
  } catch (error) {
    // The follower was told to stop, and whatever it waited for was given up.
    if (!signal.aborted) throw error;
  } finally {
    reader.leave(topic, queue);
  }
  return undefined;
}

const entriesARead = 64;

/** Live events that wait to be asked for. Iterating ends when it overflowed, the connection was lost, or the signal aborted. */
function createQueue(maxQueued: number, signal: AbortSignal) {
  let waiting: Delivery[] = [];
  let open = true;
  let wake: () => void = () => undefined;
  const end = () => {
    open = false;
    wake();
  };
  signal.addEventListener('abort', end, { once: true });
  return {
    take(deliveries: readonly Delivery[]) {
      if (!open) return;
      if (waiting.length + deliveries.length > maxQueued) {
        waiting = [];
        end();
      } else {
        waiting.push(...deliveries);
        wake();
      }
    },
    lost: end,
    async *[Symbol.asyncIterator]() {
      open = !signal.aborted;
      while (open || waiting.length > 0) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
