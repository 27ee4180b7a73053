import { inspect } from 'node:util';

export interface WaitOptions {
  /** Completes "Waited in vain for ...". */
  readonly what: string;
  /** A bound for what never comes, not a measure: default 10 s. */
  readonly deadlineMs?: number;
}

/**
 * Resolves with what `check` gives as soon as that is neither undefined nor false. It is asked again whenever the process
 * had time for anything else, and never later than a few milliseconds after; errors count as "not yet".
 * @throws Error at the deadline, with the last thing seen.
 */
export async function until<T>(
  check: () => T | Promise<T>,
  { what, deadlineMs = 10_000 }: WaitOptions,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + deadlineMs;
  let seen: unknown;
  for (let pauseMs = 1; performance.now() < end; pauseMs = Math.min(pauseMs * 2, 20)) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
      seen = value;
    } catch (error) {
      seen = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`Waited ${deadlineMs} ms in vain for ${what}; last seen: ${inspect(seen)}`);
}

/** The promise's outcome, or an Error at the deadline: for a promise that may never settle. */
export async function within<T>(promise: Promise<T>, { what, deadlineMs = 10_000 }: WaitOptions): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`Waited ${deadlineMs} ms in vain for ${what}.`)),
    deadlineMs,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The next `count` items; the iterator stays open for more. Fewer only when it ends. */
export async function take<T>(
  iterator: AsyncIterator<T>,
  count: number,
  options: WaitOptions,
): Promise<readonly T[]> {
  const items: T[] = [];
  while (items.length < count) {
    const next = await within(iterator.next(), {
      ...options,
      what: `${options.what} (${items.length} of ${count} came)`,
    });
    if (next.done === true) break;
    items.push(next.value);
  }
  return items;
}
