/** An async iterator that is fed from outside. Bounded by whoever feeds it (`size`). */
export interface EventQueue<T> extends AsyncIterableIterator<T, undefined> {
  readonly size: number;
  push(value: T): void;
  /** After what is queued the iteration ends. */
  end(): void;
  /** Drops what is queued. */
  clear(): void;
}

/** `onReturn` is called once, when the reader leaves or the queue is ended. `return()` resolves at once. */
export function createEventQueue<T>(onReturn: () => void): EventQueue<T> {
  const values: T[] = [];
  const readers: ((step: IteratorResult<T, undefined>) => void)[] = [];
  const finished: IteratorReturnResult<undefined> = { done: true, value: undefined };
  let ended = false;

  const end = () => {
    if (ended) return;
    ended = true;
    for (const reader of readers.splice(0)) reader(finished);
    onReturn();
  };

  const queue: EventQueue<T> = {
    get size() {
      return values.length;
    },
    push(value) {
      if (ended) return;
      const reader = readers.shift();
      if (reader) reader({ done: false, value });
      else values.push(value);
    },
    end,
    clear() {
      values.length = 0;
    },
    next() {
      const [value] = values
        .splice(0, 1)
        .map((head): IteratorYieldResult<T> => ({ done: false, value: head }));
      if (value) return Promise.resolve(value);
      return ended ? Promise.resolve(finished) : new Promise((resolve) => readers.push(resolve));
    },
    return() {
      values.length = 0;
      end();
      return Promise.resolve(finished);
    },
    [Symbol.asyncIterator]: () => queue,
  };
  return queue;
}
