import { constants } from 'node:os';

export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly EndSignal[];

/** A terminal sends Ctrl-C to the whole process group, and npm sends it on once more: a second one so soon is the same one. */
const sameSignalMs = 100;

export interface SignalHandlerOptions {
  /** Drains and closes; resolves with the exit code. Told which signal came. */
  readonly close: (signal: EndSignal) => Promise<number>;
  readonly exit?: ((code: number) => void) | undefined;
}

/**
 * The first Ctrl-C, SIGTERM or SIGHUP drains; a second one ends the process at once with 128 + its number (130, 143),
 * as shells expect. Returns how to take the handlers away again.
 */
export function installSignalHandlers({
  close,
  exit = (code) => process.exit(code),
}: SignalHandlerOptions): () => void {
  let firstAtMs: number | undefined;
  const handle = (signal: EndSignal): void => {
    const nowMs = performance.now();
    if (firstAtMs !== undefined) {
      if (nowMs - firstAtMs > sameSignalMs) exit(128 + constants.signals[signal]);
      return;
    }
    firstAtMs = nowMs;
    close(signal).then(exit, () => exit(1));
  };
  for (const signal of endSignals) process.on(signal, handle);
  return () => {
    for (const signal of endSignals) process.off(signal, handle);
  };
}
