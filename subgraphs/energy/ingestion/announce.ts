import { setTimeout as wait } from 'node:timers/promises';
import { EventFault } from '../../../platform/bus/event-schemas.ts';
import type { Bus, NewEvent } from '../../../platform/bus/types.ts';
import type { IngestionLog } from './types.ts';

/** Tells the bus, now or as soon as it is there again. */
export interface Announcer extends AsyncDisposable {
  /** Resolves when the bus has the events, or when they wait for it to come back. What they tell of is stored, so that a bus that is away is no failure. */
  announce(events: readonly NewEvent[]): Promise<void>;
}

export interface CreateAnnouncerOptions {
  readonly bus: Pick<Bus, 'publish'>;
  readonly log: Pick<IngestionLog, 'info' | 'warn' | 'error'>;
  /** Events that may wait; of more the oldest are given up, loudly. Default 1,000. */
  readonly maxWaiting?: number | undefined;
  /** Between two attempts; default 1 s. */
  readonly pauseMs?: number | undefined;
}

/**
 * Events that the bus can't take wait in this process, in order, until it can. If the process ends before, they are
 * lost: caches that lost the bus themselves serve nothing until it is back, and subscribers read what is stored.
 */
export function createAnnouncer({
  bus,
  log,
  maxWaiting = 1_000,
  pauseMs = 1_000,
}: CreateAnnouncerOptions): Announcer {
  const closing = new AbortController();
  let waiting: NewEvent[] = [];
  let draining: Promise<void> | undefined;

  const keep = (events: readonly NewEvent[]): void => {
    const all = [...waiting, ...events];
    waiting = all.slice(-maxWaiting);
    if (all.length > maxWaiting)
      log.error(
        { events: all.length - maxWaiting },
        'The bus is away too long: events about stored readings are lost',
      );
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      await wait(pauseMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
      if (closing.signal.aborted) return;
      const events = waiting;
      waiting = [];
      try {
        await bus.publish(events);
        log.info({ events: events.length }, 'The bus is back and has the events that waited');
      } catch {
        const newer = waiting;
        waiting = [...events];
        keep(newer);
      }
    }
  };

  return {
    async announce(events) {
      if (events.length === 0) return;
      // Behind those that wait, to keep the order.
      if (draining !== undefined) return keep(events);
      try {
        await bus.publish(events);
      } catch (error) {
        // Of our own making: it would never be taken.
        if (error instanceof EventFault) throw error;
        log.warn({ err: error, events: events.length }, 'The bus does not take events: they wait for it');
        keep(events);
        draining ??= drain().finally(() => {
          draining = undefined;
        });
      }
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await draining;
      if (waiting.length > 0)
        log.error(
          { events: waiting.length },
          'The bus did not come back: events about stored readings are lost',
        );
    },
  };
}
