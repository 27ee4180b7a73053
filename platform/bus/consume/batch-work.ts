import { setTimeout as wait } from 'node:timers/promises';
import { dependencyFailure } from '../../errors/dependency-failure.ts';
import { messageOf } from '../../errors/facts.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { DeadLetters, DeadReason } from '../dead/dead-letters.ts';
import type { Gap } from '../event.ts';
import type { BusMetrics } from '../metrics.ts';
import { sealPosition } from '../position.ts';
import type { RawEntry } from '../stream-log.ts';
import type { Decoded } from './decode.ts';
import type { Read, SeatReader } from './readers.ts';
import {
  type Batch,
  type ConsumeOptions,
  type Mark,
  PositionMoved,
  type RetryPolicy,
  type Seat,
} from './types.ts';

export interface BatchWorkOptions {
  readonly seat: Seat;
  readonly epoch: number;
  readonly reader: SeatReader;
  readonly handle: ConsumeOptions['handle'];
  readonly retry: RetryPolicy;
  readonly decode: (entry: RawEntry) => Decoded;
  readonly deadLetters: Pick<DeadLetters, 'add'>;
  readonly metrics: BusMetrics;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Aborts when the worker is to stop: what runs may end, what failed is not tried again. */
  readonly stopping: AbortSignal;
  /** Aborts when the partition is lost: nothing more counts. */
  readonly lost: AbortSignal;
}

/** Handles what was read behind a mark, however often that takes, and resolves with where the group stands then. */
export type BatchWork = (from: Mark, read: Read) => Promise<Mark>;

/**
 * The whole batch first. What fails twice is halved, and halved again, down to the event that fails, which gets all its
 * attempts and then goes to the dead letters: the others need not wait for more than that. When what we stand on is
 * away (no database, no Redis) no event is to blame: that is tried for ever and counts for none.
 */
export function createBatchWork(options: BatchWorkOptions): BatchWork {
  const { seat, epoch, reader, handle, retry, decode, deadLetters, metrics, log, stopping, lost } = options;
  const { attempts: allAttempts = 5, firstPauseMs = 200, maxPauseMs = 10_000 } = retry;
  const where = { group: seat.group, topic: seat.topic, partition: seat.partition, lane: seat.lane };

  const pause = (failures: number) => {
    const longest = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 20));
    return wait(longest * Math.random(), undefined, { signal: stopping });
  };

  async function bury(entry: RawEntry, why: { reason: DeadReason; error: string; attempts: number }) {
    for (let failures = 1; ; failures++) {
      try {
        const { id } = await deadLetters.add(seat, entry, why);
        metrics.deadLettered(seat.topic, seat.group, why.reason);
        log.error({ ...where, id, ...why }, 'An event is given up into the dead letters');
        return;
      } catch (err) {
        lost.throwIfAborted();
        log.error({ err, ...where }, 'A dead letter can not be written; the partition waits');
        await pause(failures);
      }
    }
  }

  /** Where the group stands, as soon as that can be told. */
  async function whereNow(): Promise<Mark> {
    for (let failures = 1; ; failures++) {
      try {
        return await reader.mark();
      } catch (err) {
        lost.throwIfAborted();
        log.warn({ err, ...where }, 'The position can not be read; the partition waits');
        await pause(failures);
      }
    }
  }

  /** Once; resolves with the position moved. */
  async function attempt(from: Mark, to: Mark, slice: readonly Decoded[], gap: Gap | null, tried: number) {
    const events = slice.flatMap((one) => (one.kind === 'event' ? [one.event] : []));
    const entries = slice.map(({ entry }) => entry);
    let committed = false;
    if (events.length > 0 || gap !== null) {
      const batch: Batch = {
        ...seat,
        ...{ events, previous: from.position, last: to.position, gap, attempt: tried, epoch, signal: lost },
        async commitIn(client) {
          lost.throwIfAborted();
          if (reader.moveIn === undefined) {
            throw new Error(
              'This group keeps its positions in Redis: there is nothing to commit in PostgreSQL.',
            );
          }
          await reader.moveIn(from, to, client);
          committed = true;
        },
      };
      await handle(batch);
    }
    if (committed) await reader.follow(to);
    else await reader.move(from, to, entries);
    metrics.consumed(seat.topic, seat.group, events.length);
  }

  /** `base` is where `slice` begins: not `from` when there is a gap between. */
  async function work(from: Mark, base: Mark, slice: readonly Decoded[], gap: Gap | null): Promise<Mark> {
    const last = slice.at(-1)?.entry[0] ?? base.position;
    const to: Mark = { position: last, count: base.count + slice.length };
    const [first, second] = slice;
    let failures = 0;
    for (let tried = 1; ; ) {
      try {
        await attempt(from, to, slice, gap, tried);
        return to;
      } catch (err) {
        if (err instanceof PositionMoved || lost.aborted) throw err;
        // The effect may be there although its answer was lost: the position tells.
        const now = await whereNow();
        if (now.position === to.position && now.count === to.count) return to;
        if (now.position !== from.position || now.count !== from.count) throw new PositionMoved(seat);
        failures++;
        metrics.retried(seat.topic, seat.group);
        log.warn({ err, ...where, attempt: tried, events: slice.length }, 'A batch failed');
        // Nobody's event is to blame when what we stand on is away.
        const blameless = dependencyFailure(err) === 'DEPENDENCY_UNAVAILABLE';
        if (blameless || tried < (second === undefined ? allAttempts : 2)) {
          await pause(failures);
          if (!blameless) tried++;
        } else if (second === undefined) {
          if (first !== undefined)
            await bury(first.entry, { reason: 'FAILED', error: messageOf(err), attempts: tried });
          await reader.move(from, to, first === undefined ? [] : [first.entry]);
          return to;
        } else {
          const middle = Math.ceil(slice.length / 2);
          const half = await work(from, base, slice.slice(0, middle), gap);
          return await work(half, half, slice.slice(middle), null);
        }
      }
    }
  }

  return async (from, { entries, gap, from: base }) => {
    if (gap !== null) {
      metrics.missed(seat.topic, seat.group, gap.entries);
      log.error({ ...where, ...gap }, 'Entries are gone that this group has not read');
    }
    const slice = entries.map(
      (entry): Decoded =>
        entry[0] === sealPosition
          ? { kind: 'unusable', entry, reason: 'UNREADABLE', error: 'The seal of a partition.' }
          : decode(entry),
    );
    for (const one of slice) {
      if (one.kind === 'event' || one.entry[0] === sealPosition) continue;
      await bury(one.entry, { reason: one.reason, error: one.error, attempts: 0 });
    }
    return await work(from, base, slice, gap);
  };
}
