/** What has something to write at the end of this turn of the event loop. */
export interface Flushable {
  flush(): void;
}

/** One `setImmediate` for all who have something to write, however many they are. */
export interface Batching {
  add(one: Flushable): void;
}

/**
 * A write costs more than all else that an event costs a subscriber: events that come together are written together.
 * While ten thousand are being written to, the next events come, and go out with the next turn: the batch grows with the
 * load, and without load there is none.
 */
export function createBatching(): Batching {
  let waiting: Flushable[] = [];

  function flush(): void {
    const all = waiting;
    waiting = [];
    for (const one of all) one.flush();
  }

  return {
    add(one) {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(one);
    },
  };
}
