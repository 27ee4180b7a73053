import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { TestSystem } from '../../kit/edge.ts';

/** Where a token is shown; resolves with what the door said. */
export interface Door {
  readonly name: string;
  /** `refused` for a refusal as documented, `open` for being let in, else what was said. */
  knock(system: TestSystem, token: string): Promise<'open' | 'refused' | string>;
}

const json = 'application/json';

function http(
  name: string,
  path: string,
  init: RequestInit & { headers?: Record<string, string> },
  openStatus = 200,
): Door {
  return {
    name,
    async knock({ url }, token) {
      const response = await fetch(`${url}${path}`, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${token}` },
      }).catch(() => undefined);
      // Node hangs up on a header that is over its limit.
      if (response === undefined) return 'refused';
      await response.body?.cancel();
      if (response.status === 401) return 'refused';
      if (response.status === 431) return 'refused';
      return response.status === openStatus ? 'open' : `status ${response.status}`;
    },
  };
}

const query = JSON.stringify({ query: '{ __typename }' });

export const doors: readonly Door[] = [
  http('GraphQL by POST', '/graphql', { method: 'POST', headers: { 'content-type': json }, body: query }),
  http('GraphQL by GET', '/graphql?query=%7B__typename%7D', { headers: { accept: json } }),
  http('event stream', '/graphql/stream', {
    method: 'POST',
    headers: { 'content-type': json },
    body: query,
  }),
  // An empty batch is refused, but by then the door was open.
  http(
    'ingest',
    '/ingest/v1/readings',
    { method: 'POST', headers: { 'content-type': json }, body: '[]' },
    400,
  ),
  http('MCP', '/mcp', {
    method: 'POST',
    headers: { 'content-type': json, accept: `${json}, text/event-stream` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  }),
  http('MCP registry', '/mcp/servers', {}),
  {
    name: 'WebSocket',
    async knock({ url }, token) {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      const closed = once(socket, 'close') as Promise<[number]>;
      const answered = once(socket, 'message');
      answered.catch(() => undefined);
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
      const end = await Promise.race([closed, answered.then(() => 'open' as const)]);
      socket.terminate();
      if (end === 'open') return end;
      return end[0] === 4403 ? 'refused' : `close ${end[0]}`;
    },
  },
];
