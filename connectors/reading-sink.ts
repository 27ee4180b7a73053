import type { Clock } from './clock.ts';
import type { MeterSeries } from './meter-series.ts';

/** Where a live source puts its readings. Resolves when they are safe; until then the source waits: that is the backpressure. */
export interface ReadingSink {
  write(batch: readonly MeterSeries[]): Promise<void>;
}

/** What a live source tells of itself (a pino logger fits). */
export interface SourceLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface DeliverOptions {
  readonly sink: ReadingSink;
  readonly clock: Clock;
  readonly log: SourceLog;
  readonly signal: AbortSignal;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/**
 * Writes a batch until the sink has it. A sink that fails (a database away) is tried again for ever, 0.5 s to 30 s apart:
 * a live source has nobody to hand its readings back to. Returns false only when `signal` aborted first.
 */
export async function deliver(
  batch: readonly MeterSeries[],
  { sink, clock, log, signal }: DeliverOptions,
): Promise<boolean> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      await sink.write(batch);
      return true;
    } catch (error) {
      log.warn(
        { err: error, retryInMs: pauseMs },
        'Readings could not be stored; they are kept and tried again.',
      );
      await clock.sleep(pauseMs, signal);
    }
  }
  return false;
}
