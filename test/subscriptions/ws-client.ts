import { once } from 'node:events';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocket } from 'ws';
import { within } from '../kit/wait.ts';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
    readonly extensions?: {
      readonly cursor?: string;
      readonly gap?: { from: string; to: string; reason: string };
    };
  };
}

/** A client that knows nothing of GraphQL: what it sends and what it gets are texts on a socket. */
export interface WsClient {
  readonly socket: WebSocket;
  send(message: unknown): void;
  /** The next message; in the order of arrival. */
  next(): Promise<Message>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  close(): void;
}

export async function connect(
  url: string,
  {
    protocol = GRAPHQL_TRANSPORT_WS_PROTOCOL,
    headers = {},
  }: { readonly protocol?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<WsClient> {
  const socket = new WebSocket(url, protocol, { headers });
  const arrived: Message[] = [];
  const readers: ((message: Message) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message;
    const reader = readers.shift();
    if (reader) reader(message);
    else arrived.push(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await once(socket, 'open');
  return {
    socket,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next() {
      const message = arrived.shift();
      if (message) return Promise.resolve(message);
      return within(new Promise<Message>((resolve) => readers.push(resolve)), { what: 'a message' });
    },
    closed,
    close: () => socket.close(),
  };
}
