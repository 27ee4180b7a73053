/** Revisions that a call can be made in. */
export const revisions = ['2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof revisions)[number];

/** What is called, and with what. */
export interface Call {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A request as each revision writes it. */
export function requestBody(revision: Revision, method: string, params: object): string {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const all = revision === '2025-11-25' ? params : { ...params, _meta: meta };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: all });
}

export const callBody = (revision: Revision, call: Call): string => requestBody(revision, 'tools/call', call);

/** The headers that go with it. */
export function headersOf(
  revision: Revision,
  method: string,
  name?: string,
): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': revision,
    ...(revision === '2025-11-25' ? {} : { 'mcp-method': method, ...(name ? { 'mcp-name': name } : {}) }),
  };
}
