import { type DocumentNode, getOperationAST, parse } from 'graphql';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { codeOf, messageOf } from '../../../platform/errors/facts.ts';
import type { SubgraphRequest, SubgraphResult } from '../../../platform/subgraph/types.ts';
import { isNamed } from '../unavailable.ts';
import type { Instance } from './instance.ts';

export type Sent =
  | { readonly ok: true; readonly result: SubgraphResult }
  /** `unsent`: the instance can't have begun to work on it. */
  | { readonly ok: false; readonly error: EaioError; readonly unsent: boolean };

/** One POST to one instance. Never rejects. */
export async function send(
  instance: Instance,
  request: SubgraphRequest,
  query: string,
  authorization: string,
): Promise<Sent> {
  const { operationName, variables, signal, traceparent } = request;
  try {
    const { statusCode, headers, body } = await instance.pool.request({
      path: instance.url.pathname + instance.url.search,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
        authorization,
        ...(traceparent !== undefined && { traceparent }),
      },
      body: JSON.stringify({ query, operationName, variables }),
      ...(signal && { signal }),
    });
    const text = await body.text();
    const result = String(headers['content-type']).includes('json') ? asResult(text) : undefined;
    if (statusCode === 401) return failed("It refused the router's token.", true);
    if (!result) return failed(`It answered with the status ${statusCode}.`, false);
    return isGoingDown(result) ? failed('It is going down.', true) : { ok: true, result };
  } catch (error) {
    if (isNamed(error, 'TimeoutError'))
      return {
        ok: false,
        error: new EaioError('TIMEOUT', 'It did not answer in time.', { cause: error }),
        unsent: false,
      };
    return failed(messageOf(error), neverSent.has(codeOf(error)), error);
  }
}

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function failed(message: string, unsent: boolean, cause?: unknown): Sent {
  return { ok: false, error: new EaioError('SUBGRAPH_UNAVAILABLE', message, { cause }), unsent };
}

function isGoingDown({ errors }: SubgraphResult): boolean {
  return errors?.[0]?.extensions?.['code'] === 'SHUTTING_DOWN';
}

function asResult(text: string): SubgraphResult | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isResult = typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
    return isResult ? (value as SubgraphResult) : undefined;
  } catch {
    return undefined;
  }
}

/** Reading twice changes nothing; a mutation may be sent again only when it was never begun. */
export function mayRepeat(query: string | DocumentNode, { unsent }: Sent & { ok: false }): boolean {
  const operation = getOperationAST(typeof query === 'string' ? parse(query) : query);
  return operation?.operation === 'query' || unsent;
}
