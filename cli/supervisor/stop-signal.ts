import { constants } from 'node:os';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm, the bootstrap and the terminal each pass the same Ctrl-C on: repeats within this are the same wish. */
const sameWishMs = 1_500;

/** Why a run ended before its work was done. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.');
    this.name = 'Interrupted';
  }
}

/**
 * Aborts, with `Interrupted`, when this process is asked to stop: by Ctrl-C, by SIGTERM, by a terminal that closes, or by the
 * end of the process that started it. Whoever asks again later does not want to wait for the drain: the process ends at once.
 */
export function createStopSignal({
  exit = process.exit,
}: {
  readonly exit?: (code: number) => void;
} = {}): AbortSignal {
  const controller = new AbortController();
  let askedAt = Number.NEGATIVE_INFINITY;
  const ask = (code: number): void => {
    const now = performance.now();
    if (controller.signal.aborted) {
      if (now - askedAt > sameWishMs) exit(code);
      return;
    }
    askedAt = now;
    controller.abort(new Interrupted());
  };
  for (const signal of stopSignals) process.on(signal, () => ask(128 + constants.signals[signal]));
  if (process.connected) process.once('disconnect', () => ask(1));
  return controller.signal;
}

/** Rejects with the signal's reason when it aborts: to be raced against work, and never a loose rejection. */
export function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  promise.catch(() => undefined);
  return promise;
}
