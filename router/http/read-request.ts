import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { OperationReference } from '../types.ts';

/** One GraphQL request as clients write it. */
export interface GraphQLRequest {
  readonly operation: OperationReference;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

/**
 * From a JSON body: `{ query?, operationName?, variables?, extensions? }`, where `extensions.persistedQuery.sha256Hash`
 * (or `documentId`) names a persisted operation. Throws BAD_REQUEST.
 */
export function readBody(body: unknown): GraphQLRequest {
  if (!isRecord(body))
    throw bad('The body must be a JSON object with `query` or `extensions.persistedQuery`.');
  const query = text(body, 'query');
  const operationName = text(body, 'operationName');
  const documentId = text(body, 'documentId');
  const variables = record(body, 'variables');
  const extensions = record(body, 'extensions');
  return { operation: reference({ query, operationName, documentId, extensions }), variables, extensions };
}

/** From a GET's query string, where `variables` and `extensions` are JSON. Throws BAD_REQUEST. */
export function readQueryString(query: Readonly<Record<string, unknown>>): GraphQLRequest {
  return readBody({
    ...query,
    variables: parsed(query, 'variables'),
    extensions: parsed(query, 'extensions'),
  });
}

interface Named {
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly documentId: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

function reference({ query, operationName, documentId, extensions }: Named): OperationReference {
  const persisted = extensions?.['persistedQuery'];
  if (persisted !== undefined) return { id: persistedId(persisted) };
  if (documentId !== undefined) return { id: documentId.replace(/^sha256:/, '') };
  if (query === undefined) throw bad('`query` is missing, and so is `extensions.persistedQuery`.');
  return { query, operationName };
}

function persistedId(persisted: unknown): string {
  if (isRecord(persisted) && persisted['version'] === 1 && typeof persisted['sha256Hash'] === 'string')
    return persisted['sha256Hash'];
  throw bad('`extensions.persistedQuery` must be `{ "version": 1, "sha256Hash": "<id>" }`.');
}

function text(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  if (value == null) return undefined;
  if (typeof value !== 'string') throw bad(`\`${name}\` must be a string.`);
  return value;
}

function record(
  body: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = body[name];
  if (value == null) return undefined;
  if (!isRecord(value)) throw bad(`\`${name}\` must be an object.`);
  return value;
}

function parsed(query: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  try {
    return JSON.parse(String(value));
  } catch {
    throw bad(`\`${name}\` must be JSON.`);
  }
}

const bad = (message: string) => new EaioError('BAD_REQUEST', message);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
