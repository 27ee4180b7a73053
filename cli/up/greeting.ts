import { readFile } from 'node:fs/promises';
import type { Config } from '../../platform/config/load.ts';
import { openLocalKey } from '../../platform/identity/local-key.ts';
import { createTokenIssuer } from '../../platform/identity/token-issuer.ts';
import { parseManifest } from '../../router/operations/manifest.ts';

export interface GreetingOptions {
  /** Of the edge: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly config: Config;
}

/** Long enough for a day's work with what is printed. */
const tokenTtlMs = 24 * 3_600_000;

/** What a person needs who has just started the system: the addresses, a token, and three things to try. */
export async function greeting({ url, config }: GreetingOptions): Promise<string> {
  const { identity, run } = config;
  const issuer = createTokenIssuer({ key: await openLocalKey({ ...identity, ...run }), ...identity });
  const token = await issuer.issue({
    subject: 'local:energy_engineer',
    roles: ['energy_engineer'],
    ttlMs: tokenTtlMs,
  });
  const [summary, readingAdded] = await Promise.all([
    operationId('PortfolioSummary'),
    operationId('ReadingAdded'),
  ]);
  const persisted = (id: string): string =>
    `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${id}"}}}`;
  const mcp = {
    mcpServers: { eaio: { type: 'http', url: `${url}/mcp`, headers: { Authorization: `Bearer ${token}` } } },
  };
  return `  Start page     ${url}/
  GraphQL        ${url}/graphql   (a page for browsers; WebSocket at the same address; events at ${url}/graphql/stream)
  MCP            ${url}/mcp
  Ingest         ${url}/ingest/v1/readings
  Health         ${url}/health/ready   ${url}/metrics

A token of the role energy_engineer, good for a day${identity.jwksUrl === undefined ? '' : ' (not while JWKS_URL is set: then only your identity provider’s count)'}:

  export TOKEN=${token}

Three things to try:

  1. A query: how big is the portfolio?
     curl ${url}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
       -d '${persisted(summary)}'

  2. A subscription: readings as they come (Ctrl-C ends it)
     curl -N ${url}/graphql/stream -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
       -H 'accept: text/event-stream' -d '${persisted(readingAdded)}'

  3. An MCP client: put this into its configuration
     ${JSON.stringify(mcp)}

Ctrl-C stops everything.`;
}

/** Ids change with their operations: looked up by name. */
async function operationId(name: string): Promise<string> {
  const manifest = parseManifest(
    await readFile(new URL('../../schema/manifest.json', import.meta.url), 'utf8'),
  );
  const found = manifest.operations.find((operation) => operation.name === name);
  if (found === undefined) throw new Error(`schema/manifest.json has no operation ${name}.`);
  return found.id;
}
