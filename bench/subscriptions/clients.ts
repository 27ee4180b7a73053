import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { subscription } from './subscription.ts';

/** From the parent: open so many connections, or get ready for so many events. */
export type Order =
  | { readonly kind: 'open'; readonly port: number; readonly count: number; readonly bearer: string }
  | { readonly kind: 'expect'; readonly events: number };

/** To the parent. Times are nanoseconds of the machine's monotonic clock; one for each client, of its last event. */
export type Report =
  | { readonly kind: 'open' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'got'; readonly atNs: readonly string[]; readonly bytes: number };

/**
 * Ten thousand clients in one process, so they are as thin as can be: the handshake and what is sent are the protocol's;
 * of what comes, frames are counted and not parsed.
 */
const id = createHash('sha256').update(subscription).digest('hex');
const clients: Client[] = [];
let waitFor = 0;
let missing = 0;
let bytes = 0;

interface Client {
  readonly socket: Socket;
  /** Events that have come since they were expected. */
  events: number;
  atNs: bigint;
  /** Bytes of the frame under way that have not come yet. */
  rest: number;
  /** The first bytes of a header whose others have not come yet. */
  header: Buffer | undefined;
}

process.on('message', (order: Order) => {
  switch (order.kind) {
    case 'open':
      return void open(order);
    case 'expect':
      waitFor = order.events;
      missing = clients.length;
      bytes = 0;
      for (const client of clients) client.events = 0;
      return send({ kind: 'ready' });
  }
});
process.on('disconnect', () => process.exit());

function send(report: Report): void {
  process.send?.(report);
}

async function open({ port, count, bearer }: Order & { kind: 'open' }): Promise<void> {
  // Some at a time: the accept queue is short.
  while (clients.length < count) {
    const batch = Math.min(100, count - clients.length);
    await Promise.all(Array.from({ length: batch }, () => openOne(port, bearer)));
  }
  send({ kind: 'open' });
}

async function openOne(port: number, bearer: string): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
  );
  await once(socket, 'data');
  socket.write(frame({ type: 'connection_init', payload: { authorization: bearer } }));
  await once(socket, 'data');
  const extensions = { persistedQuery: { version: 1, sha256Hash: id } };
  socket.write(frame({ id: crypto.randomUUID(), type: 'subscribe', payload: { query: '', extensions } }));
  const client: Client = { socket, events: 0, atNs: 0n, rest: 0, header: undefined };
  clients.push(client);
  socket.on('data', (chunk) => take(client, chunk));
  socket.on('close', () => {
    throw new Error('A connection was closed: the measurement is void.');
  });
}

/** Counts the text frames that begin in this chunk, and answers pings. */
function take(client: Client, chunk: Buffer): void {
  bytes += chunk.length;
  const part = client.header ? Buffer.concat([client.header, chunk]) : chunk;
  client.header = undefined;
  let at = 0;
  while (at < part.length) {
    if (client.rest > 0) {
      const skipped = Math.min(client.rest, part.length - at);
      client.rest -= skipped;
      at += skipped;
      continue;
    }
    const [first = 0, short = 0] = part.subarray(at, at + 2);
    const headerLength = short === 126 ? 4 : 2;
    if (part.length - at < headerLength) {
      client.header = part.subarray(at);
      return;
    }
    client.rest = short === 126 ? part.readUInt16BE(at + 2) : short;
    at += headerLength;
    const opcode = first & 0x0f;
    if (opcode === 1) count(client);
    else if (opcode === 9) client.socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
  }
}

function count(client: Client): void {
  client.events += 1;
  if (client.events !== waitFor) return;
  client.atNs = process.hrtime.bigint();
  missing -= 1;
  if (missing === 0) send({ kind: 'got', bytes, atNs: clients.map(({ atNs }) => String(atNs)) });
}

/** A masked text frame of a client; the mask is zero, which leaves the bytes as they are. */
function frame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const header =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length])
      : Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([header, Buffer.alloc(4), body]);
}
