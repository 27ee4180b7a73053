import type { Clock } from '../clock.ts';
import { deliver, type ReadingSink, type SourceLog } from '../reading-sink.ts';
import type { Correction } from './corrections.ts';
import { findDataEnd } from './data-end.ts';
import { discoverFiles, type Variant } from './discover-files.ts';
import { createFaultLog } from './fault-log.ts';
import { holdBackStartMs, loadHeldBack } from './held-back.ts';
import { readMetadata } from './read-metadata.ts';

export interface Bdg2ReplayOptions {
  readonly dir: string;
  readonly sink: ReadingSink;
  readonly clock: Clock;
  readonly log: SourceLog;
  /** Data time over wall time: 60 is an hour of data each minute, 1 real time. */
  readonly speed?: number;
  /** The days at the end of the files that the import holds back for the replay. */
  readonly holdBackDays?: number;
  /** Start of each meter's newest stored reading, Unix milliseconds: the replay goes on behind it. */
  readonly latestMs?: ReadonlyMap<string, number>;
  readonly prefer?: Variant;
  readonly corrections?: readonly Correction[];
}

export interface Bdg2Replay {
  /** Ends when the data end, or soon after `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** A sink that falls behind gets at most so many hours in one batch. */
const mostHoursAtOnce = 24;

/**
 * Plays the last days of BDG2's files as if they were happening: each reading comes when its hour is over on the data's
 * clock, which starts where the store ends. Readings between a meter's newest and that point come at once, at the start.
 */
export function createBdg2Replay(options: Bdg2ReplayOptions): Bdg2Replay {
  const { dir, sink, clock, log, speed = 60, holdBackDays, latestMs = new Map() } = options;
  if (!(speed > 0)) throw new RangeError(`The speed of a replay is above zero, not ${speed}.`);

  return {
    async run(signal) {
      const files = await discoverFiles(dir, options.prefer === undefined ? {} : { prefer: options.prefer });
      const faults = createFaultLog({ detailsPerKind: 0 });
      const { buildings } = await readMetadata({
        path: files.metadata,
        faults,
        corrections: options.corrections ?? [],
      });
      const endMs = await findDataEnd(files.meters, buildings);
      const fromMs = holdBackStartMs(endMs, holdBackDays);
      const hours = await loadHeldBack({ files: files.meters, buildings, fromMs, latestMs, signal });
      const startedAt = clock.now();
      const dataNow = (): number => hours.storeEndMs + (clock.now() - startedAt) * speed;
      log.info(
        { from: new Date(hours.storeEndMs), to: new Date(endMs), speed },
        'Replaying the end of BDG2.',
      );
      while (!signal.aborted) {
        const nextDueMs = hours.nextDueMs();
        if (nextDueMs === null) {
          log.info({ at: new Date(endMs) }, 'The replay of BDG2 has come to the end of the data.');
          return;
        }
        const waitMs = (nextDueMs - dataNow()) / speed;
        if (waitMs > 0) await clock.sleep(waitMs, signal);
        else await deliver(hours.take(dataNow(), mostHoursAtOnce), { sink, clock, log, signal });
      }
    },
  };
}
