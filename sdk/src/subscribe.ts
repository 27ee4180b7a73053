import { EaioError, errorOf, Unauthorized } from './errors.ts';
import type { AnyOperation } from './operation.ts';
import type { ClientOptions, LiveEvent, SubscribeOptions } from './options.ts';
import { backoffMs, pause } from './pause.ts';
import { type OpenStream, type StreamMessage, sseStreams, webSocketStreams } from './streams.ts';

export type Subscribe = (
  operation: AnyOperation,
  variables: unknown,
  options?: SubscribeOptions,
) => AsyncIterableIterator<LiveEvent<unknown>>;

/**
 * Subscriptions that outlive their connections: a stream that breaks is opened again behind the last event it gave,
 * so that nothing is missed or doubled that the server still holds; what it no longer holds comes as a gap.
 */
export function createSubscribe(options: ClientOptions): Subscribe {
  const websocket = options.subscriptions
    ? options.subscriptions === 'websocket'
    : typeof WebSocket !== 'undefined';
  let open: OpenStream | undefined;

  return async function* subscribe(operation, variables, { signal: own, after } = {}) {
    open ??= websocket ? webSocketStreams(options) : sseStreams(options);
    const stop = new AbortController();
    const signal = own ? AbortSignal.any([own, stop.signal]) : stop.signal;
    let cursor = after ?? null;
    let failures = 0;
    let refusedTokens = 0;
    try {
      while (!signal.aborted) {
        try {
          const extensions = {
            persistedQuery: { version: 1, sha256Hash: operation.id },
            ...(cursor === null ? {} : { after: cursor }),
          };
          for await (const message of open({ variables: variables ?? {}, extensions }, signal)) {
            const event = eventOf(message, cursor);
            cursor = event.cursor;
            failures = 0;
            refusedTokens = 0;
            yield event;
          }
          return;
        } catch (error) {
          if (signal.aborted) break;
          // A token that has just ended is renewed by its source: once more, then it is no use.
          const renewable =
            error instanceof Unauthorized && typeof options.token === 'function' && refusedTokens++ === 0;
          if (!renewable && !(error instanceof EaioError && error.retryable)) throw error;
          await pause(backoffMs(failures++), signal).catch(() => undefined);
        }
      }
      own?.throwIfAborted();
    } finally {
      stop.abort();
    }
  };
}

function eventOf(message: StreamMessage, last: string | null): LiveEvent<unknown> {
  const cursor = message.extensions?.cursor ?? last;
  const gap = message.extensions?.gap;
  if (gap) return { kind: 'gap', ...gap, cursor };
  if (message.data === undefined || message.data === null) throw errorOf(message.errors ?? [], 200, null);
  return { kind: 'data', data: message.data, cursor, ...(message.errors ? { errors: message.errors } : {}) };
}
