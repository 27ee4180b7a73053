/** What the SDK alone can do: its handler on node:http, a server with one tool that does nothing, no token, no checks. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';

const answer = { content: [{ type: 'text' as const, text: 'ok' }] };

const handler = createMcpHandler(() => {
  const server = new Server({ name: 'bare', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({
    tools: [{ name: 'noop', inputSchema: { type: 'object' as const } }],
  }));
  server.setRequestHandler('tools/call', () => answer);
  return server;
});
const serve = toNodeHandler(handler);
const http = createServer(
  (request, response) => void serve(request as Parameters<typeof serve>[0], response),
);
http.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`);
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
