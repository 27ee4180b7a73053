import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { Graph } from '../ports.ts';
import type { ResourceTarget } from './target.ts';
import { createWatch, type LatestEvent, messagesOf, metaOf, type Watch } from './watch.ts';

/** Persisted subscriptions as things that have a newest state and change. */
export interface LiveResources {
  /** The newest event: that of a running watch, else the first one that comes within the wait. */
  latest(target: ResourceTarget): Promise<LatestEvent>;
  /** Follow it and say when it changed, at most once each `coalesceMs`. Returns how to stop. */
  watch(target: ResourceTarget, onChange: (uri: string) => void): () => void;
  /** Streams that are followed now. */
  readonly watchCount: number;
}

export interface LiveOptions {
  readonly graph: Graph;
  /** Longest wait for a first event, when nobody watches the resource yet. */
  readonly waitMs: number;
  /** Shortest time between two notices of one resource. */
  readonly coalesceMs: number;
  readonly onError: (error: unknown) => void;
}

/** Callers of equal access share one watch of a resource. */
export function createLiveResources({ graph, waitMs, coalesceMs, onError }: LiveOptions): LiveResources {
  const watches = new Map<string, Watch>();
  const keyOf = ({ uri, request }: ResourceTarget) => `${request.principal.accessKey} ${uri}`;

  return {
    get watchCount() {
      return watches.size;
    },
    async latest(target) {
      const watch = watches.get(keyOf(target));
      const running = watch?.latest();
      if (watch && running) {
        watch.gapWasRead();
        return running;
      }
      return firstEvent(graph, target, waitMs);
    },
    watch(target, onChange) {
      const key = keyOf(target);
      const watch = watches.get(key) ?? createWatch({ graph, coalesceMs, maxPauseMs: 30_000, onError });
      watches.set(key, watch);
      const listener = { target, onChange };
      watch.add(listener);
      return () => {
        watch.remove(listener);
        if (!watch.isEmpty) return;
        watch.stop();
        if (watches.get(key) === watch) watches.delete(key);
      };
    },
  };
}

/** Opens the stream for one event. @throws ProtocolError when the graph refuses it. */
async function firstEvent(graph: Graph, target: ResourceTarget, waitMs: number): Promise<LatestEvent> {
  const done = new AbortController();
  const { signal: asked } = target.request;
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(waitMs), ...(asked ? [asked] : [])]);
  const opened = await graph.subscribe({ ...target.request, signal });
  if (!opened.ok) throw new ProtocolError(ProtocolErrorCode.InvalidParams, messagesOf(opened.answer.body));
  try {
    const first = await Promise.race([opened.events.next(), ended(signal)]);
    if (!first || first.done)
      return {
        value: null,
        meta: { note: `No event within ${waitMs} ms. Listen to the resource, or read it later.` },
      };
    const { data, errors, extensions } = first.value;
    if (errors && !data)
      throw new ProtocolError(
        ProtocolErrorCode.InternalError,
        errors.map(({ message }) => message).join(' '),
      );
    return { value: data ?? null, meta: metaOf(extensions?.cursor, extensions?.gap) };
  } finally {
    done.abort();
    await opened.events.return?.();
  }
}

function ended(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
