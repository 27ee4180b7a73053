import type { SourceEvent } from '../../platform/subgraph/types.ts';

/** A record that sources are played from: appended to, followed from any place, trimmed. Places are counted from 1. */
export interface Tape<T> {
  push(...values: readonly T[]): void;
  /** Forgets the first so many: who asks for them gets a gap. */
  trim(count: number): void;
  /** From behind `after`, else from now on; until the signal ends. */
  follow(
    after: string | undefined,
    signal: AbortSignal | undefined,
    key?: string,
  ): AsyncGenerator<SourceEvent<T>>;
  /** Ends the sources that are open. */
  finish(): void;
  /** Breaks them. */
  fail(): void;
  /** Sources that are open, and that ever were. */
  readonly open: number;
  readonly opened: number;
}

export function createTape<T>(): Tape<T> {
  const values: T[] = [];
  let trimmed = 0;
  let changed = Promise.withResolvers<'more' | 'finish' | 'fail'>();
  const sources = { open: 0, opened: 0 };

  function tell(what: 'more' | 'finish' | 'fail'): void {
    const { resolve } = changed;
    changed = Promise.withResolvers();
    resolve(what);
  }

  return {
    push(...more) {
      values.push(...more);
      tell('more');
    },
    trim(count) {
      trimmed = count;
    },
    finish: () => tell('finish'),
    fail: () => tell('fail'),
    async *follow(after, signal, key) {
      sources.open += 1;
      sources.opened += 1;
      let place = after === undefined ? values.length : Number(after);
      const aborted = new Promise<'finish'>((resolve) =>
        signal?.addEventListener('abort', () => resolve('finish'), { once: true }),
      );
      try {
        if (place < trimmed) {
          place = trimmed;
          const gap = {
            from: '2017-01-01T00:00:00.000Z',
            to: '2017-01-01T01:00:00.000Z',
            reason: 'Trimmed.',
          };
          yield { gap, cursor: `${place}` };
        }
        for (;;) {
          const next = changed.promise;
          while (place < values.length && !signal?.aborted) {
            const payload = values[place] as T;
            place += 1;
            yield { payload, cursor: `${place}`, ...(key !== undefined && { key }) };
          }
          const what = signal?.aborted ? 'finish' : await Promise.race([next, aborted]);
          if (what === 'finish') return;
          if (what === 'fail') throw new Error('The tape tore.');
        }
      } finally {
        sources.open -= 1;
      }
    },
    get open() {
      return sources.open;
    },
    get opened() {
      return sources.opened;
    },
  };
}
