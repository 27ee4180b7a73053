import { WebSocket } from 'ws';
import type { TestSystem } from '../../kit/edge.ts';
import { within } from '../../kit/wait.ts';
import type { Outcome } from '../suite.ts';
import { mutated } from './mutate.ts';
import type { Random } from './random.ts';

const perConnection = 20;
/** Internal errors, by the protocol of the socket and by ours. */
const faults = new Set([1006, 1011, 4500]);

/** Misshapen messages on real sockets: a client may be refused and its connection closed, by a code that says why. */
export async function fuzzWebSocket(options: {
  readonly system: TestSystem;
  readonly token: string;
  readonly random: Random;
  readonly count: number;
}): Promise<Outcome> {
  const { system, token, random, count } = options;
  const letThrough: string[] = [];
  let tried = 0;
  const init = JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  const subscribe = JSON.stringify({
    id: 'a',
    type: 'subscribe',
    payload: { query: '{ portfolio { siteCount } }', variables: {}, extensions: {} },
  });
  while (tried < count) {
    const socket = new WebSocket(`${system.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = Promise.withResolvers<number>();
    const acked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    socket.once('open', () => socket.send(init));
    socket.on('message', (text) => {
      acked.resolve();
      if (String(text).includes('"type":"pong"')) answered.resolve();
      if (String(text).includes('INTERNAL_SERVER_ERROR'))
        letThrough.push(`WebSocket: ${String(text).slice(0, 300)}`);
    });
    socket.once('close', (code) => closed.resolve(code));
    socket.on('error', () => undefined);
    await within(acked.promise, { what: 'the acknowledgement' });
    const sent: string[] = [];
    for (
      let index = 0;
      index < perConnection && tried < count && socket.readyState === WebSocket.OPEN;
      index += 1
    ) {
      tried += 1;
      const message = mutated(subscribe, random);
      sent.push(message);
      socket.send(random.below(10) === 0 ? Buffer.from(message) : message);
    }
    // Whatever came before it, the answer to a ping or the end of the connection says that it was dealt with.
    if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}');
    const code = await within(Promise.race([closed.promise, answered.promise]), {
      what: 'the end or a pong',
    });
    if (typeof code === 'number' && faults.has(code))
      letThrough.push(`WebSocket closed with ${code} after ${sent.at(-1)?.slice(0, 200)}`);
    socket.terminate();
  }
  return { tried, letThrough };
}
