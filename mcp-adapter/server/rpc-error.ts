/** A JSON-RPC error response. */
export function rpcError(code: number, message: string, id: string | number | null = null): object {
  return { jsonrpc: '2.0', error: { code, message }, id };
}
