import { createClient as createWebSocketClient } from 'graphql-ws';
import { EaioError, errorOf, type GraphQLFault, Unavailable } from './errors.ts';
import { type ClientOptions, tokenOf } from './options.ts';

/** One message of a stream, as the server sends it. */
export interface StreamMessage {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFault[];
  readonly extensions?: {
    readonly cursor?: string;
    readonly gap?: { readonly from: string; readonly to: string; readonly reason: string };
  };
}

export interface StreamRequest {
  readonly variables: unknown;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Opens one stream; it ends when the server completes it, and throws when it breaks: whoever reads it opens the next. */
export type OpenStream = (request: StreamRequest, signal: AbortSignal) => AsyncIterable<StreamMessage>;

/** Close codes after which trying again is no use. 4401 and 4403 say that the token is no good: worth one more try with a new one. */
const finalCloseCodes: ReadonlySet<number> = new Set([4400, 4406]);

/** All streams of a client over one WebSocket, opened with the first of them and closed after the last. */
export function webSocketStreams(options: ClientOptions): OpenStream {
  const client = createWebSocketClient({
    url: `${options.url.replace(/\/+$/, '').replace(/^http/, 'ws')}/graphql`,
    connectionParams: async () => ({ authorization: `Bearer ${await tokenOf(options.token)}` }),
    lazyCloseTimeout: 1_000,
    keepAlive: 20_000,
    // A stream that breaks is opened again here, behind the last event it gave.
    retryAttempts: 0,
  });
  return async function* open(request, signal) {
    // The package wants a text; the server goes by the persisted operation's id.
    const stream = client.iterate<Record<string, unknown>, Record<string, unknown>>({
      query: '',
      variables: request.variables as Record<string, unknown>,
      extensions: { ...request.extensions },
    });
    const stop = () => void stream.return?.();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const message of stream) yield message as StreamMessage;
    } catch (error) {
      throw asStreamError(error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

function asStreamError(error: unknown): unknown {
  if (Array.isArray(error)) return errorOf(error as GraphQLFault[], 400, null);
  const { code, reason } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: number;
    reason?: string;
  };
  if (code === 4401 || code === 4403)
    return errorOf(
      [{ message: reason || 'The token is not valid any more.', extensions: { code: 'UNAUTHENTICATED' } }],
      401,
      null,
    );
  if (code !== undefined && finalCloseCodes.has(code))
    return new EaioError(reason || `The connection was closed (${code}).`, { code: `CLOSED_${code}` });
  return new Unavailable(reason || 'The stream broke.', {
    code: 'STREAM_BROKE',
    retryable: true,
    cause: error,
  });
}

/** A stream as server-sent events over fetch: for platforms without WebSocket, and networks that let none through. */
export function sseStreams(options: ClientOptions): OpenStream {
  const { fetch: doFetch = fetch } = options;
  const endpoint = `${options.url.replace(/\/+$/, '')}/graphql/stream`;
  return async function* open(request, signal) {
    const response = await doFetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await tokenOf(options.token)}`,
      },
      body: JSON.stringify(request),
      signal,
    }).catch((error: unknown) => {
      throw new Unavailable("The server can't be reached.", {
        code: 'UNREACHABLE',
        retryable: true,
        cause: error,
      });
    });
    if (!response.ok || !response.body) {
      const body = (await response.json().catch(() => ({}))) as { errors?: readonly GraphQLFault[] };
      throw errorOf(body.errors ?? [], response.status, null);
    }
    let rest = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      while (true) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw new Unavailable('The stream broke.', { code: 'STREAM_BROKE', retryable: true, cause: error });
        });
        if (done) throw new Unavailable('The stream broke.', { code: 'STREAM_BROKE', retryable: true });
        const blocks = (rest + value).replaceAll('\r\n', '\n').split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const { event, data } = eventOf(block);
          if (event === 'complete') return;
          if (event === 'next' && data !== '') yield JSON.parse(data) as StreamMessage;
        }
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  };
}

function eventOf(block: string): { readonly event: string; readonly data: string } {
  const fields = block
    .split('\n')
    .map(
      (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()] as const,
    );
  const all = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value);
  return { event: all('event').at(-1) ?? 'message', data: all('data').join('\n') };
}
