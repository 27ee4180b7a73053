import { dependencyFailure } from '../../errors/dependency-failure.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { sealPosition } from '../position.ts';
import type { BatchWork } from './batch-work.ts';
import type { Gate } from './gate.ts';
import type { SeatReader } from './readers.ts';
import { PositionMoved, type Seat } from './types.ts';

export interface SeatLoopOptions {
  readonly seat: Seat;
  readonly reader: SeatReader;
  readonly work: BatchWork;
  readonly gate: Gate;
  readonly maxBatch: number;
  /** Resolves when there may be something to read, after a second at the latest, or when the signal aborts. */
  readonly woken: (signal: AbortSignal) => Promise<void>;
  /** False while the group has still to read what comes before this partition. */
  readonly mayBegin: () => Promise<boolean>;
  /** The partition is sealed and read to its end. */
  readonly onEnd: () => void;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly stopping: AbortSignal;
  readonly lost: AbortSignal;
}

/** Reads and handles a partition's entries, one batch after another, until told to stop. Resolves with whether it may go on elsewhere. */
export async function runSeat(options: SeatLoopOptions): Promise<'stopped' | 'lost'> {
  const { seat, reader, work, gate, maxBatch, woken, mayBegin, onEnd, log, stopping, lost } = options;
  const over = AbortSignal.any([stopping, lost]);
  const outcome = () => (lost.aborted ? 'lost' : 'stopped');
  let begun = false;
  while (!over.aborted) {
    try {
      if (!(await mayBegin())) {
        await woken(over);
        continue;
      }
      let mark = await reader.open();
      begun = true;
      while (!over.aborted && mark.position !== sealPosition) {
        const read = await reader.read(mark, maxBatch);
        if (read.entries.length === 0 && read.gap === null) {
          await woken(over);
          continue;
        }
        const leave = await gate.enter(over);
        try {
          mark = await work(mark, read);
        } finally {
          leave();
        }
      }
      if (mark.position !== sealPosition) continue;
      onEnd();
      while (!over.aborted) await woken(over);
    } catch (err) {
      if (over.aborted) break;
      if (err instanceof PositionMoved) return 'lost';
      const away = dependencyFailure(err) !== undefined;
      log[away ? 'warn' : 'error']({ err, ...seat, begun }, 'A partition waits: it can not be read now');
      await woken(over);
    }
  }
  return outcome();
}
