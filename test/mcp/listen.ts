import { randomUUID } from 'node:crypto';

export interface RpcMessage {
  readonly id?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface ListenStream extends AsyncIterable<RpcMessage>, AsyncDisposable {
  readonly id: string;
  /** What was granted. */
  readonly acknowledged: RpcMessage;
  /** The last message, when the server has ended the stream. */
  readonly last: Promise<RpcMessage | undefined>;
}

/** `subscriptions/listen` at the wire. @throws Error with the server's words when it is refused. */
export async function listen(
  url: string,
  token: string,
  notifications: Readonly<Record<string, unknown>>,
  path = '/mcp',
): Promise<ListenStream> {
  const hangUp = new AbortController();
  const id = randomUUID();
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    signal: hangUp.signal,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'subscriptions/listen',
      params: {
        notifications,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'eaio-test', version: '1.0.0' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body)
    throw new Error(((await response.json()) as RpcMessage).error?.message ?? `${response.status}`);
  const { promise: last, resolve: ended } = Promise.withResolvers<RpcMessage | undefined>();
  const messages = messagesOf(response.body, ended);
  const first = await messages.next();
  if (first.done) throw new Error('The stream ended before it was acknowledged.');
  return {
    id,
    acknowledged: first.value,
    last,
    [Symbol.asyncIterator]: () => messages,
    async [Symbol.asyncDispose]() {
      hangUp.abort();
    },
  };
}

async function* messagesOf(
  body: ReadableStream<Uint8Array>,
  ended: (last: RpcMessage | undefined) => void,
): AsyncGenerator<RpcMessage, undefined> {
  const queue = createQueue<RpcMessage>();
  void (async () => {
    let rest = '';
    let last: RpcMessage | undefined;
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) {
        const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          const data = /^data: (.*)$/m.exec(frame)?.[1];
          if (data === undefined) continue;
          last = JSON.parse(data) as RpcMessage;
          queue.push(last);
        }
      }
    } catch {
      // Hung up by the test.
    }
    ended(last);
    queue.end();
  })();
  yield* queue.items();
  return undefined;
}

function createQueue<T>() {
  const waiting: T[] = [];
  let over = false;
  let wake = (): void => {};
  return {
    push(item: T) {
      waiting.push(item);
      wake();
    },
    end() {
      over = true;
      wake();
    },
    async *items(): AsyncGenerator<T, undefined> {
      for (;;) {
        const item = waiting.shift();
        if (item !== undefined) yield item;
        else if (over) return undefined;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
