import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { Graph, OperationEvent } from '../ports.ts';
import type { ResourceTarget } from './target.ts';

/** What a read of a live resource gives: the newest event, and where it stands. */
export interface LatestEvent {
  /** The event's data; null before the first one. */
  readonly value: unknown;
  readonly meta: { readonly cursor?: string; readonly gap?: unknown; readonly note?: string };
}

/** Persisted subscriptions as things that have a newest state and change. */
export interface LiveResources {
  /** The newest event: that of a running watch, else the first one that comes within the wait. */
  latest(target: ResourceTarget): Promise<LatestEvent>;
  /** Follow it and say when it changed, at most once each `coalesceMs`. Returns how to stop. */
  watch(target: ResourceTarget, onChange: (uri: string) => void): () => void;
}

export interface LiveOptions {
  readonly graph: Graph;
  /** Longest wait for a first event, when nobody watches the resource yet. */
  readonly waitMs: number;
  /** Shortest time between two notices of one resource. */
  readonly coalesceMs: number;
  readonly onError: (error: unknown) => void;
}

interface Watch {
  latest: LatestEvent | undefined;
  readonly listeners: Set<(uri: string) => void>;
  readonly stop: () => void;
}

/** Callers of equal access share one watch of a resource. */
export function createLiveResources(options: LiveOptions): LiveResources {
  const { graph, waitMs, coalesceMs, onError } = options;
  const watches = new Map<string, Watch>();
  const keyOf = ({ uri, request }: ResourceTarget) => `${request.principal.accessKey} ${uri}`;

  const start = (target: ResourceTarget, key: string): Watch => {
    const abort = new AbortController();
    const watch: Watch = {
      latest: undefined,
      listeners: new Set(),
      stop: () => {
        watches.delete(key);
        abort.abort();
      },
    };
    let notice: NodeJS.Timeout | undefined;
    let lastNoticeMs = Number.NEGATIVE_INFINITY;
    const tell = () => {
      notice = undefined;
      lastNoticeMs = performance.now();
      for (const listener of watch.listeners) listener(target.uri);
    };
    const changed = () => {
      if (notice) return;
      notice = setTimeout(tell, Math.max(0, lastNoticeMs + coalesceMs - performance.now()));
      notice.unref();
    };
    abort.signal.addEventListener('abort', () => clearTimeout(notice), { once: true });

    const follow = async () => {
      const subscription = await graph.subscribe({ ...target.request, signal: abort.signal });
      if (!subscription.ok) throw new Error(messagesOf(subscription.answer.body));
      let gap: unknown;
      for await (const event of subscription.events) {
        if (abort.signal.aborted) break;
        // A gap stays in sight until someone has read it.
        gap = event.extensions?.gap ?? gap;
        watch.latest = { value: event.data ?? watch.latest?.value ?? null, meta: metaOf(event, gap) };
        changed();
      }
    };
    follow()
      .catch((error: unknown) => {
        if (!abort.signal.aborted) onError(error);
      })
      // The stream ended (drain, token's end): the next reader or listener starts anew.
      .finally(() => watches.get(key) === watch && watches.delete(key));
    watches.set(key, watch);
    return watch;
  };

  return {
    async latest(target) {
      const running = watches.get(keyOf(target))?.latest;
      if (running) return running;
      const abort = new AbortController();
      const signal = AbortSignal.any([
        abort.signal,
        AbortSignal.timeout(waitMs),
        ...(target.request.signal ? [target.request.signal] : []),
      ]);
      const subscription = await graph.subscribe({ ...target.request, signal });
      if (!subscription.ok)
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, messagesOf(subscription.answer.body));
      try {
        const first = await Promise.race([subscription.events.next(), ended(signal)]);
        if (!first || first.done)
          return {
            value: null,
            meta: { note: `No event within ${waitMs} ms. Listen to the resource, or read it later.` },
          };
        return { value: first.value.data ?? null, meta: metaOf(first.value, first.value.extensions?.gap) };
      } finally {
        abort.abort();
        await subscription.events.return?.();
      }
    },
    watch(target, onChange) {
      const key = keyOf(target);
      const watch = watches.get(key) ?? start(target, key);
      watch.listeners.add(onChange);
      return () => {
        watch.listeners.delete(onChange);
        if (watch.listeners.size === 0) watch.stop();
      };
    },
  };
}

function metaOf(event: OperationEvent, gap: unknown): LatestEvent['meta'] {
  const cursor = event.extensions?.cursor;
  return { ...(cursor === undefined ? {} : { cursor }), ...(gap === undefined ? {} : { gap }) };
}

function ended(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

function messagesOf(body: Buffer): string {
  const parsed = JSON.parse(body.toString('utf8')) as { errors?: readonly { message: string }[] };
  return parsed.errors?.map((e) => e.message).join(' ') ?? 'The subscription was refused.';
}
