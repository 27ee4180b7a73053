import { createClient } from 'graphql-ws';
import type { Principal } from '../platform/identity/principal.ts';
import type { Graph, OperationAnswer, OperationEvent, OperationRequest } from './ports.ts';

export interface GraphOverHttpOptions {
  /** The router's door, without a slash at the end: operations go to `<url>/graphql`, streams to the same by WebSocket. */
  readonly url: string;
  /** A token that stands for the caller at the router, which judges it as any other. */
  readonly tokenFor: (principal: Principal) => Promise<string>;
  /** What the router serves: read from the same manifest and supergraph. Their scopes decide what is shown, not what is allowed. */
  readonly definitions: Pick<Graph, 'operations' | 'schema' | 'onReload'>;
  readonly fetch?: typeof globalThis.fetch;
}

/** The graph for an adapter that is deployed apart from the router: the same operations, by id, over its own doors. */
export function createGraphOverHttp(options: GraphOverHttpOptions): Graph {
  const { url, tokenFor, definitions, fetch: ask = fetch } = options;
  const endpoint = `${url}/graphql`;

  return {
    ...definitions,
    async execute({ operation, variables, principal, signal, traceparent }): Promise<OperationAnswer> {
      try {
        const response = await ask(endpoint, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/graphql-response+json',
            authorization: `Bearer ${await tokenFor(principal)}`,
            ...(traceparent === undefined ? {} : { traceparent }),
          },
          body: JSON.stringify({ ...persisted(operation.id), variables }),
          ...(signal ? { signal } : {}),
        });
        const body = Buffer.from(await response.arrayBuffer());
        return isGraphQL(response)
          ? { status: response.status, body }
          : unavailable(`HTTP ${response.status}`);
      } catch (error) {
        return unavailable(error instanceof Error ? error.message : String(error));
      }
    },
    async subscribe(request) {
      const { principal, signal } = request;
      const client = createClient({
        url: endpoint.replace(/^http/, 'ws'),
        connectionParams: async () => ({ authorization: `Bearer ${await tokenFor(principal)}` }),
        // Whoever watches opens the next stream, behind the last event.
        retryAttempts: 0,
      });
      const stream = client.iterate<Record<string, unknown>>(streamOf(request));
      const stop = () => void client.dispose();
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop, { once: true });
      const events = withoutFailure(stream, () => {
        signal?.removeEventListener('abort', stop);
        stop();
      });
      return { ok: true, events };
    },
  };
}

function persisted(id: string, after?: string) {
  const persistedQuery = { version: 1, sha256Hash: id };
  return { extensions: { persistedQuery, ...(after === undefined ? {} : { after }) } };
}

/** The library's type wants a text; the router takes the id in its place. */
function streamOf({
  operation,
  variables,
  after,
}: OperationRequest): Parameters<ReturnType<typeof createClient>['iterate']>[0] {
  return { query: '', ...persisted(operation.id, after), variables: { ...variables } };
}

/** A refusal or a lost connection is the last event, with its errors: as the router's own streams end. */
async function* withoutFailure(
  source: AsyncIterable<unknown>,
  onEnd: () => void,
): AsyncGenerator<OperationEvent, undefined> {
  try {
    for await (const event of source) yield event as OperationEvent;
  } catch (error) {
    const errors = Array.isArray(error) ? error : [{ message: reasonOf(error) }];
    yield { errors } as OperationEvent;
  } finally {
    onEnd();
  }
  return undefined;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { reason } = (typeof error === 'object' && error !== null ? error : {}) as { reason?: string };
  return reason || 'The connection to the router was lost.';
}

const isGraphQL = ({ headers }: Response): boolean => /json/.test(headers.get('content-type') ?? '');

function unavailable(why: string): OperationAnswer {
  const message = `The router can't be reached (${why}); try again.`;
  const error = { message, extensions: { code: 'DEPENDENCY_UNAVAILABLE' } };
  return { status: 503, body: Buffer.from(JSON.stringify({ errors: [error] })) };
}
