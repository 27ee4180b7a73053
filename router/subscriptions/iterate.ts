import type {
  EncodedEvent,
  Router,
  RouterEvent,
  RouterRequest,
  StreamEnd,
  SubscribeResult,
} from '../types.ts';
import { OutletFeeder, type QueueBounds } from './outlet.ts';

type Step = IteratorResult<RouterEvent, undefined>;
const finished: Step = { done: true, value: undefined };

/**
 * A stream as an iterator, for readers inside the process. A reader that is slow gets the newest of each key, or a
 * notice of the gap. It ends when the source does, when the request's signal or its token ends, or at `return`; a source
 * that broke gives its errors as the last event.
 */
export async function iterate(
  attach: Router['attach'],
  request: RouterRequest,
  { bounds = {}, now = Date.now }: { readonly bounds?: QueueBounds; readonly now?: () => number } = {},
): Promise<SubscribeResult> {
  const readers: ((step: Step) => void)[] = [];
  /** The event that has been handed over and not been asked for yet. */
  let ready: RouterEvent | undefined;
  let resume: (() => void) | undefined;
  let over = false;
  let leave = (): void => {};

  const feeder = new OutletFeeder(
    {
      write({ event }: EncodedEvent) {
        const reader = readers.shift();
        if (reader) reader({ done: false, value: event });
        else ready = event;
        return ready === undefined;
      },
      onDrain(callback) {
        resume = callback;
      },
    },
    { bounds, sinceMs: now() },
  );

  function close(): void {
    over = true;
    request.signal?.removeEventListener('abort', stop);
    for (const reader of readers.splice(0)) reader(finished);
  }

  function stop(): void {
    ready = undefined;
    leave();
    close();
  }

  function end(how: StreamEnd): void {
    if (how.kind === 'failed') feeder.next(lastEvent(how.payload, now()));
    feeder.end(close);
  }

  const attached = await attach(request, { next: (event) => feeder.next(event), end });
  if (!attached.ok) return attached;
  leave = attached.leave;
  if (request.signal?.aborted) stop();
  else if (!over) request.signal?.addEventListener('abort', stop, { once: true });

  const events: AsyncIterableIterator<RouterEvent, undefined> = {
    next() {
      if (ready !== undefined) {
        const value = ready;
        ready = undefined;
        resume?.();
        return Promise.resolve({ done: false, value });
      }
      if (over) return Promise.resolve(finished);
      return new Promise((resolve) => readers.push(resolve));
    },
    return() {
      stop();
      return Promise.resolve(finished);
    },
    [Symbol.asyncIterator]: () => events,
  };
  return { ok: true, events };
}

function lastEvent(payload: Buffer, atMs: number): EncodedEvent {
  const event: RouterEvent = { errors: JSON.parse(payload.toString()) };
  return { payload, event, cursor: undefined, key: undefined, gap: undefined, atMs };
}
