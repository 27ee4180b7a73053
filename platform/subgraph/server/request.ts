import { EaioError } from '../../errors/eaio-error.ts';

/**
 * What the router sends for one operation, as a POST's body and as a graphql-ws `subscribe` payload alike:
 * `{ query, operationName?, variables?, extensions?: { after?, traceparent?, authorization? } }`.
 * Over HTTP trace and token are headers; one WebSocket carries the operations of many callers, so that there each may say its own.
 */
export interface WireRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly after?: string | undefined;
  readonly traceparent?: string | undefined;
  readonly authorization?: string | undefined;
}

/** @throws EaioError BAD_REQUEST that names the member that is wrong. */
export function readWireRequest(body: unknown): WireRequest {
  if (!isRecord(body))
    throw new EaioError('BAD_REQUEST', 'The body must be a JSON object with the member "query".');
  const extensions = body['extensions'] ?? {};
  const variables = body['variables'] ?? undefined;
  if (!isRecord(extensions)) throw new EaioError('BAD_REQUEST', 'The member "extensions" must be an object.');
  if (variables !== undefined && !isRecord(variables)) {
    throw new EaioError('BAD_REQUEST', 'The member "variables" must be an object.');
  }
  const query = text(body, 'query');
  if (query === undefined)
    throw new EaioError('BAD_REQUEST', 'The member "query" is missing: it holds the operation.');
  return {
    query,
    variables,
    operationName: text(body, 'operationName'),
    after: text(extensions, 'after'),
    traceparent: text(extensions, 'traceparent'),
    authorization: text(extensions, 'authorization'),
  };
}

function text(record: Readonly<Record<string, unknown>>, member: string): string | undefined {
  const value = record[member] ?? undefined;
  if (value !== undefined && typeof value !== 'string') {
    throw new EaioError('BAD_REQUEST', `The member "${member}" must be a string.`);
  }
  return value;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
