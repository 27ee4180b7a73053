/** A promise that was not settled in the time it had. */
export class TooSlow extends Error {
  constructor(waitMs: number) {
    super(`no answer within ${waitMs} ms`);
    this.name = 'TooSlow';
  }
}

/** The promise's outcome, or a rejection with `TooSlow` after `waitMs`. A late outcome is dropped. */
export function within<T>(waitMs: number, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new TooSlow(waitMs)), waitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
