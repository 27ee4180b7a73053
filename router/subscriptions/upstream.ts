import { setImmediate as nextTurn } from 'node:timers/promises';
import { toClientError } from '../../platform/errors/client-error.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import type { SubgraphResult } from '../../platform/subgraph/types.ts';
import type { OnFault } from '../answers.ts';
import type { Executor, PlannedOperation, Variables } from '../federation/types.ts';
import type { EncodedEvent, RouterEvent, StreamEnd } from '../types.ts';
import { encodeErrors, encodeEvent, failedEvent } from './encode-event.ts';

export interface UpstreamOptions {
  readonly executor: Pick<Executor, 'subscribePrimary' | 'executeRest'>;
  readonly planned: PlannedOperation;
  readonly variables: Variables;
  readonly after?: string | undefined;
  /** In whose name the subgraphs are asked: any of those who listen, for they may all see the same. */
  readonly sponsor: () => Principal;
  readonly onEvent: (event: EncodedEvent) => void;
  /** Not called after `stop`. */
  readonly onEnd: (end: StreamEnd) => void;
  /** Told of faults of ours; clients get a general word and an id. */
  readonly onFault: OnFault;
  /** The rests of so many events may be under way at once; events keep their order. Default 8. */
  readonly maxAtOnce?: number;
  readonly now?: () => number;
}

export interface Upstream {
  /** Whether the source began; rejects never. */
  readonly opened: Promise<{ readonly ok: true } | { readonly ok: false; readonly result: RouterEvent }>;
  stop(): void;
}

/** One subscription at the subgraphs: a primary source, and for each of its events the rest of the plan. */
export function openUpstream(options: UpstreamOptions): Upstream {
  const { executor, planned, variables, after, sponsor, onEvent, onEnd, onFault } = options;
  const { maxAtOnce = 8, now = Date.now } = options;
  const stopped = new AbortController();
  const { signal } = stopped;

  /** What fails because nobody listens any more is no fault. */
  const tell: OnFault = (error) => {
    if (!signal.aborted) onFault(error);
  };

  async function rest(event: SubgraphResult): Promise<EncodedEvent> {
    const atMs = now();
    try {
      // Without the signal: what is under way when the last one leaves is short, and let finish.
      const whole = await executor.executeRest(planned, event, variables, { principal: sponsor() });
      return encodeEvent(whole, atMs, tell);
    } catch (error) {
      return encodeEvent(failedEvent(asError(error), event.extensions?.cursor), atMs, tell);
    }
  }

  async function pump(source: AsyncIterable<SubgraphResult>): Promise<void> {
    let last: Promise<void> = Promise.resolve();
    const underWay: Promise<void>[] = [];
    const deliver = (event: EncodedEvent): void => {
      try {
        if (!signal.aborted) onEvent(event);
      } catch (error) {
        // Of one event: those behind it shall not stand still for it.
        tell(toClientError(error));
      }
    };
    let end: StreamEnd = { kind: 'complete' };
    let pauseAt = performance.now() + turnMs;
    try {
      for await (const event of source) {
        // Errors without `data` are no event: a remote source was refused, or lost for good.
        if (event.data === undefined && event.errors) {
          end = { kind: 'failed', payload: encodeErrors(event.errors, tell) };
          break;
        }
        const made = rest(event);
        last = last.then(async () => deliver(await made));
        underWay.push(last);
        if (underWay.length >= maxAtOnce) await underWay.shift();
        // A long run of events leaves the sockets their turns: else the bounds of quick clients would be hit too.
        if (performance.now() > pauseAt) {
          await nextTurn();
          pauseAt = performance.now() + turnMs;
        }
      }
    } catch (error) {
      end = { kind: 'failed', payload: encodeErrors([error], tell) };
    }
    await last;
    if (!signal.aborted) onEnd(end);
  }

  async function open(): Promise<Awaited<Upstream['opened']>> {
    try {
      const source = await executor.subscribePrimary(planned, variables, {
        principal: sponsor(),
        signal,
        ...(after !== undefined && { after }),
      });
      if (!(Symbol.asyncIterator in source)) return { ok: false, result: source };
      // A source that came after everybody left.
      if (signal.aborted) void source.return?.();
      else signal.addEventListener('abort', () => void source.return?.(), { once: true });
      void pump(source);
      return { ok: true };
    } catch (error) {
      return { ok: false, result: failedEvent(asError(error)) };
    }
  }

  return {
    opened: open(),
    stop: () => stopped.abort(),
  };
}

/** Longest run of events in one turn of the event loop. */
const turnMs = 5;

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
