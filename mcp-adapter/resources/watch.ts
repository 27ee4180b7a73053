import { setTimeout as pause } from 'node:timers/promises';
import type { Graph, OperationEvent } from '../ports.ts';
import { createNotices } from './notices.ts';
import type { ResourceTarget } from './target.ts';

/** What a read of a live resource gives: the newest event, and where it stands. */
export interface LatestEvent {
  /** The event's data; null before the first one. */
  readonly value: unknown;
  readonly meta: { readonly cursor?: string; readonly gap?: unknown; readonly note?: string };
}

/** One who wants to be told of changes, with the rights that the stream is asked for with. */
export interface WatchListener {
  readonly target: ResourceTarget;
  readonly onChange: (uri: string) => void;
}

export interface WatchOptions {
  readonly graph: Graph;
  readonly coalesceMs: number;
  /** Longest pause before a stream that broke off is asked for again. */
  readonly maxPauseMs: number;
  readonly onError: (error: unknown) => void;
}

/** One stream of the graph, followed for all who may see the same, as long as one of them listens. */
export interface Watch {
  latest(): LatestEvent | undefined;
  /** A gap has been told to a reader. */
  gapWasRead(): void;
  add(listener: WatchListener): void;
  remove(listener: WatchListener): void;
  readonly isEmpty: boolean;
  stop(): void;
}

/**
 * A stream that ends (its caller's token, a drain, a lost subgraph) is asked for again behind the last cursor, in the name of
 * a listener whose token still lives: what was missed comes after all, or a gap says that it does not.
 */
export function createWatch({ graph, coalesceMs, maxPauseMs, onError }: WatchOptions): Watch {
  const listeners = new Set<WatchListener>();
  const stopped = new AbortController();
  const notices = createNotices({
    coalesceMs,
    tell() {
      // Those who share a way of being told are told once.
      const told = new Map([...listeners].map(({ target, onChange }) => [onChange, target.uri]));
      for (const [onChange, uri] of told) onChange(uri);
    },
  });
  let latest: LatestEvent | undefined;
  let gap: unknown;
  let cursor: string | undefined;
  let running = false;

  function take(event: OperationEvent): void {
    if (event.errors && !event.data) throw new Error(event.errors.map(({ message }) => message).join(' '));
    cursor = event.extensions?.cursor ?? cursor;
    // A gap stays in sight until someone has read it.
    gap = event.extensions?.gap ?? gap;
    latest = { value: event.data ?? latest?.value ?? null, meta: metaOf(cursor, gap) };
    notices.changed();
  }

  function sponsor(): WatchListener | undefined {
    const now = Date.now();
    return [...listeners].find(({ target }) => target.request.principal.expiresAtMs > now);
  }

  async function follow(): Promise<void> {
    let pauseMs = 0;
    for (let one = sponsor(); one && !stopped.signal.aborted; one = sponsor()) {
      try {
        const { request } = one.target;
        const opened = await graph.subscribe({ ...request, after: cursor, signal: stopped.signal });
        if (!opened.ok) throw new Error(messagesOf(opened.answer.body));
        for await (const event of opened.events) {
          take(event);
          pauseMs = 0;
        }
      } catch (error) {
        if (!stopped.signal.aborted) onError(error);
      }
      pauseMs = Math.min(maxPauseMs, pauseMs * 2 || 100);
      await pause(pauseMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
    running = false;
  }

  return {
    latest: () => latest,
    gapWasRead() {
      gap = undefined;
      if (latest) latest = { ...latest, meta: metaOf(cursor, gap) };
    },
    add(listener) {
      listeners.add(listener);
      if (running) return;
      running = true;
      void follow();
    },
    remove: (listener) => void listeners.delete(listener),
    get isEmpty() {
      return listeners.size === 0;
    },
    stop() {
      stopped.abort();
      notices.stop();
    },
  };
}

export function metaOf(cursor: string | undefined, gap: unknown): LatestEvent['meta'] {
  return { ...(cursor === undefined ? {} : { cursor }), ...(gap === undefined ? {} : { gap }) };
}

export function messagesOf(body: Buffer): string {
  const parsed = JSON.parse(body.toString('utf8')) as { errors?: readonly { message: string }[] };
  return parsed.errors?.map((e) => e.message).join(' ') ?? 'The subscription was refused.';
}
