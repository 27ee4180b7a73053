import type { GraphQLDataSource } from '@apollo/gateway';
import type { SubgraphExecutor, SubgraphResult } from '../../platform/subgraph/types.ts';
import type { BracketContext } from './bracketed-plan.ts';
import type { ExecutionContext } from './types.ts';
import { isNamed, unavailable } from './unavailable.ts';

/** What one run of a plan shares between its fetches. */
export interface FetchContext extends ExecutionContext, BracketContext {
  readonly tags: Set<string>;
}

interface DataSourceOptions {
  readonly name: string;
  readonly subgraph: () => SubgraphExecutor | undefined;
  readonly onSubgraphError: (subgraph: string, error: unknown) => void;
}

/** A subgraph as the gateway's executor sees it. Never rejects: what can't be fetched is an error in its place. */
export function createDataSource({ name, subgraph, onSubgraphError }: DataSourceOptions): GraphQLDataSource {
  return {
    async process(options) {
      const { principal, signal, traceparent, tags } = options.context as FetchContext;
      const { query, variables, operationName } = options.request;
      const document = 'document' in options ? options.document : undefined;
      try {
        const executor = subgraph();
        if (!executor) throw new Error('It is not in the configuration.');
        // Asked after that, its rejection would come when nobody looks at it any more, and end the process.
        signal?.throwIfAborted();
        const running = executor.execute({
          query: document ?? query ?? '',
          operationName,
          variables,
          principal,
          signal,
          traceparent,
        });
        const result = await (signal ? orAborted(running, signal) : running);
        for (const tag of result.extensions?.tags ?? []) tags.add(tag);
        return asResponse(result);
      } catch (error) {
        // A caller that went away says nothing of the subgraph.
        if (!signal?.aborted || isNamed(signal.reason, 'TimeoutError')) onSubgraphError(name, error);
        const representations = variables?.['representations'];
        const entities = Array.isArray(representations) ? representations.length : undefined;
        return asResponse({ errors: unavailable({ subgraph: name, document, entities, error }) });
      }
    },
  };
}

/** A subgraph that does not heed the signal must not hold up the answer. */
async function orAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([running, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The type asks for `http`, which Apollo Server fills in and `executeQueryPlan` never reads. */
const asResponse = (result: SubgraphResult) => result as Awaited<ReturnType<GraphQLDataSource['process']>>;
