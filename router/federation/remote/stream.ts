import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type {
  EaioExtensions,
  Gap,
  SubgraphRequest,
  SubgraphResult,
} from '../../../platform/subgraph/types.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';

export interface StreamOptions {
  /** The WebSocket of an instance that may be had now, with what to do with its verdict; throws when there is none. */
  readonly connect: () => Connection;
  readonly text: (query: SubgraphRequest['query']) => string;
  readonly bearerFor: (request: SubgraphRequest) => Promise<string>;
  /** How long a lost stream is tried for again before it ends with an error. */
  readonly giveUpAfterMs: number;
  /** Events held for a reader that is behind; over it they are dropped for one gap notice. */
  readonly maxQueued: number;
  /** What the stream ends with then. */
  readonly lost: () => readonly GraphQLError[];
}

export interface Connection {
  readonly client: Client;
  opened(): void;
  lost(reason: unknown): void;
}

/** A client of one instance. One socket carries all streams to it, opened with the first and closed after the last. */
export function createStreamClient(url: URL, bearer: () => Promise<string>): Client {
  const address = new URL(url);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return createClient({
    url: address.href,
    webSocketImpl: WebSocket,
    connectionParams: async () => ({ authorization: await bearer() }),
    lazy: true,
    lazyCloseTimeout: 0,
    // A half-open connection shows by a ping that nobody answers.
    keepAlive: 10_000,
    connectionAckWaitTimeout: 5_000,
    // Lost streams go on behind their own cursors, maybe at another instance: see `openStream`.
    retryAttempts: 0,
  });
}

/**
 * A subscription at a remote subgraph that outlives the loss of its connection: it goes on behind the last cursor, or
 * tells of the gap when the events carry none. Ends with an error event when no instance can be had for too long.
 */
export function openStream(
  request: SubgraphRequest,
  options: StreamOptions,
): AsyncIterableIterator<SubgraphResult> {
  const stopped = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, stopped.signal]) : stopped.signal;
  const queue = createEventQueue<SubgraphResult>(() => stopped.abort());
  const backlog = createBacklog(queue, options.maxQueued);
  if (signal.aborted) queue.end();
  else signal.addEventListener('abort', () => queue.end(), { once: true });
  void follow(request, options, backlog, signal).then(queue.end);
  return queue;
}

async function follow(
  request: SubgraphRequest,
  options: StreamOptions,
  backlog: Backlog,
  signal: AbortSignal,
): Promise<void> {
  let after = request.after;
  let lostAtMs: number | undefined;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      const { client, opened, lost } = options.connect();
      const authorization = await options.bearerFor(request);
      const { traceparent, operationName, variables } = request;
      const payload = {
        query: options.text(request.query),
        operationName: operationName ?? null,
        variables: variables ?? null,
        extensions: {
          authorization,
          ...(after !== undefined && { after }),
          ...(traceparent !== undefined && { traceparent }),
        },
      };
      const ended = await run(client, payload, signal, {
        onOpen() {
          opened();
          if (lostAtMs !== undefined && after === undefined)
            backlog.push(gapEvent(lostAtMs, 'The connection to the subgraph was lost.'));
          lostAtMs = undefined;
          attempt = 0;
        },
        onEvent(event) {
          after = event.extensions?.cursor ?? after;
          backlog.push(event);
        },
      });
      if (ended.kind !== 'lost') {
        if (ended.kind === 'refused') backlog.push(asResult({ errors: ended.errors }));
        return;
      }
      lost(ended.reason);
    } catch {
      // No instance can be had, or the token can't be made: the same as a lost connection.
    }
    lostAtMs ??= Date.now();
    if (Date.now() - lostAtMs > options.giveUpAfterMs) break;
    await sleep(Math.min(100 * 2 ** attempt, 5_000) * (0.5 + Math.random()), undefined, {
      signal,
      ref: false,
    }).catch(() => undefined);
  }
  if (!signal.aborted) backlog.push({ errors: options.lost() });
}

type Ended =
  | { readonly kind: 'complete' }
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLFormattedError[] }
  | { readonly kind: 'lost'; readonly reason: unknown };

interface Listener {
  onOpen(): void;
  onEvent(event: SubgraphResult): void;
}

/** One life of the stream on one connection. */
function run(
  client: Client,
  payload: Parameters<Client['subscribe']>[0],
  signal: AbortSignal,
  { onOpen, onEvent }: Listener,
): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  let opened = false;
  const open = () => {
    if (!opened) onOpen();
    opened = true;
  };
  const forget = client.on('connected', open);
  const unsubscribe = client.subscribe<Record<string, unknown>, EaioExtensions>(payload, {
    next(event) {
      open();
      onEvent(asResult(event));
    },
    error: (reason) =>
      resolve(Array.isArray(reason) ? { kind: 'refused', errors: reason } : { kind: 'lost', reason }),
    complete: () => resolve({ kind: 'complete' }),
  });
  signal.addEventListener('abort', unsubscribe, { once: true });
  return promise.finally(() => {
    forget();
    signal.removeEventListener('abort', unsubscribe);
  });
}

/** Formatted errors have what the executor reads of an error: message, path and extensions. */
const asResult = (event: object) => event as SubgraphResult;

interface Backlog {
  push(event: SubgraphResult): void;
}

/** Bounds what waits for the reader: what is over is dropped as a whole, for one notice of the gap. */
function createBacklog(queue: EventQueue<SubgraphResult>, maxQueued: number): Backlog {
  let oldestAtMs = 0;
  return {
    push(event) {
      if (queue.size === 0) oldestAtMs = Date.now();
      if (queue.size >= maxQueued) {
        queue.clear();
        queue.push(gapEvent(oldestAtMs, `More than ${maxQueued} events were waiting.`));
      }
      queue.push(event);
    },
  };
}

function gapEvent(sinceMs: number, reason: string): SubgraphResult {
  const gap: Gap = { from: new Date(sinceMs).toISOString(), to: new Date().toISOString(), reason };
  return { data: null, extensions: { gap } };
}
