import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export interface ConnectOptions {
  readonly url: string;
  readonly token: string;
  /** `/mcp` when left out. */
  readonly path?: string;
}

const clientInfo = { name: 'eaio-test', version: '1.0.0' };

function target({ url, token, path = '/mcp' }: ConnectOptions) {
  return [
    new URL(`${url}${path}`),
    { requestInit: { headers: { authorization: `Bearer ${token}` } } },
  ] as const;
}

/** The official client of the 1.x line: the older revision. */
export async function connectOlder(options: ConnectOptions) {
  const client = new OlderClient(clientInfo);
  await client.connect(new OlderTransport(...target(options)));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

export type Negotiation = 'legacy' | 'auto' | 'pinned';

/** The official v2 client, in each of the ways in which it agrees on a revision. */
export async function connectModern(options: ConnectOptions, negotiation: Negotiation = 'auto') {
  const mode = negotiation === 'pinned' ? { pin: '2026-07-28' } : negotiation;
  const client = new ModernClient(clientInfo, { versionNegotiation: { mode } });
  await client.connect(new ModernTransport(...target(options)));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}
