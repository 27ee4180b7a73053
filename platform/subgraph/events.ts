import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Door } from './door.ts';
import type { EaioExtensions, SourceEvent, SubgraphResult } from './types.ts';

interface EventStreamOptions {
  /** The operation; its context belongs to the opening of the source. */
  readonly args: ExecutionArgs;
  /** Runs the operation on one event, with a context of its own so that nothing is remembered from event to event. */
  readonly runOn: (event: SourceEvent<unknown>) => Promise<SubgraphResult>;
  /** Tells the source that nobody listens any more. */
  readonly stop: () => void;
  /** Aborted when nobody listens any more, whoever noticed. */
  readonly signal: AbortSignal;
  readonly door: Door;
}

/**
 * Opens a subscription's source and runs the operation on each of its events, one at a time, when the next one is asked for:
 * a slow reader slows the source, and whatever must be bounded is bounded there.
 *
 * A gap becomes `{ data: null, extensions: { gap, cursor } }`. A source that fails yields one event with the error, then ends.
 * `return()` resolves at once even while an event is awaited (a native async generator would wait for it), aborts the
 * signal that the source was given, and returns the source.
 */
export async function openEventStream(
  options: EventStreamOptions,
): Promise<AsyncIterableIterator<SubgraphResult> | SubgraphResult> {
  const { args, runOn, stop, signal, door } = options;
  const opened = await createSourceEventStream(args);
  if (!isAsyncIterable(opened)) {
    stop();
    return { errors: (opened.errors ?? []).map(door) };
  }
  const source = (opened as AsyncIterable<SourceEvent<unknown>>)[Symbol.asyncIterator]();
  const finished: IteratorReturnResult<undefined> = { done: true, value: undefined };

  let done = false;
  const waiting = new Set<(step: Step) => void>();
  const end = () => {
    if (done) return;
    done = true;
    signal.removeEventListener('abort', end);
    stop();
    for (const answer of waiting) answer(finished);
    waiting.clear();
    // Not awaited: a generator that waits for its next event answers `return` only after it. Its failure concerns nobody now.
    source.return?.().catch(() => undefined);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end);

  async function advance(): Promise<Step> {
    try {
      const step = await source.next();
      return step.done === true ? finished : { done: false, value: await resultOf(step.value, runOn) };
    } catch (error) {
      if (done) return finished;
      return { done: false, value: { data: null, errors: [door(error)] }, failed: true };
    }
  }

  async function serve(answer: (step: Step) => void): Promise<void> {
    if (done) return;
    const step = await advance();
    // Answered here, so that an end that this step brings does not answer it first.
    waiting.delete(answer);
    if (step.done === true || step.failed === true) end();
    answer(step);
  }

  // Events are run one after the other even when several are asked for at once.
  let last: Promise<void> = Promise.resolve();
  const events: AsyncIterableIterator<SubgraphResult, undefined> = {
    next() {
      if (done) return Promise.resolve(finished);
      return new Promise((answer) => {
        waiting.add(answer);
        last = last.then(() => serve(answer));
      });
    },
    return() {
      end();
      return Promise.resolve(finished);
    },
    throw(error: unknown) {
      end();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]() {
      return events;
    },
  };
  return events;
}

/** One answer to `next()`; `failed` when the source broke, which ends the stream behind it. */
type Step =
  | IteratorReturnResult<undefined>
  | (IteratorYieldResult<SubgraphResult> & { readonly failed?: true });

async function resultOf(
  event: SourceEvent<unknown>,
  runOn: EventStreamOptions['runOn'],
): Promise<SubgraphResult> {
  const cursor = event.cursor === undefined ? {} : { cursor: event.cursor };
  if ('gap' in event) return { data: null, extensions: { gap: event.gap, ...cursor } };
  const result = await runOn(event);
  const extensions: EaioExtensions = {
    ...result.extensions,
    ...cursor,
    ...(event.key === undefined ? {} : { key: event.key }),
  };
  return Object.keys(extensions).length === 0 ? result : { ...result, extensions };
}

const isAsyncIterable = (value: AsyncIterable<unknown> | ExecutionResult): value is AsyncIterable<unknown> =>
  Symbol.asyncIterator in value;
