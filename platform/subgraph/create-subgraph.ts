import type { GraphQLError, GraphQLScalarType } from 'graphql';
import type { Logger } from 'pino';
import { EaioError } from '../errors/eaio-error.ts';
import { createDocumentCache, type Prepared, refused } from './documents.ts';
import { createDoor, type Door } from './door.ts';
import { openEventStream } from './events.ts';
import { createBaseContext, createRunOperation } from './operations.ts';
import type { ResolverMap } from './resolvers.ts';
import { buildSchema } from './schema.ts';
import type { BaseContext, SourceEvent, Subgraph, SubgraphRequest } from './types.ts';

export interface SubgraphOptions<Context extends BaseContext> {
  /** The domain's folder name, and the subgraph's name in the supergraph. */
  readonly name: string;
  /** The domain's `schema.graphql`. The kit's own directives are added to it. */
  readonly sdl: string;
  readonly resolvers: ResolverMap<Context>;
  /** Makes the context of one operation, or of one event of a subscription: loaders are made here, never shared. */
  readonly context: (base: BaseContext) => Context;
  /** Implementations of scalars beyond the kit's own, by name. */
  readonly scalars?: Readonly<Record<string, GraphQLScalarType>>;
  readonly log: Pick<Logger, 'error' | 'warn'>;
  /** Total length of the operation texts whose parsed form is remembered. Default 4,000,000 characters. */
  readonly documentCacheCharacters?: number;
}

/**
 * One domain's part of the graph. Throws a `SubgraphBuildError` that lists everything wrong with the SDL and its resolvers.
 * The subgraph never rejects for a fault of the caller or of a resolver: both are in the answer's `errors`.
 * It rejects with the signal's reason when the request was aborted before it began.
 */
export function createSubgraph<Context extends BaseContext>(options: SubgraphOptions<Context>): Subgraph {
  const { name, context, log } = options;
  const { schema, sdl } = buildSchema(options);
  const documents = createDocumentCache(schema, options.documentCacheCharacters ?? 4_000_000);
  const runOperation = createRunOperation({ schema, context, buildAgain: () => buildSchema(options).schema });

  const argsOf = ({ document }: Prepared & { ok: true }, { operationName, variables }: SubgraphRequest) => ({
    document,
    operationName,
    variableValues: variables,
  });
  const doorOf = ({ principal, operationName, traceparent }: SubgraphRequest): Door =>
    createDoor(log, { subgraph: name, subject: principal.subject, operationName, traceparent });

  return {
    name,
    sdl,

    async execute(request) {
      const { query, operationName, signal } = request;
      signal?.throwIfAborted();
      const prepared = documents.prepare(query, operationName);
      if (!prepared.ok) return { errors: prepared.errors };
      if (prepared.operation.operation === 'subscription') {
        return misdirected('A subscription is opened by subscribe, not executed.');
      }
      return runOperation(argsOf(prepared, request), { request, signal, door: doorOf(request) });
    },

    async subscribe(request) {
      const { query, operationName } = request;
      request.signal?.throwIfAborted();
      const prepared = documents.prepare(query, operationName);
      if (!prepared.ok) return { errors: prepared.errors };
      if (prepared.operation.operation !== 'subscription') {
        return misdirected('Only a subscription can be subscribed to.');
      }
      const controller = new AbortController();
      const stop = () => controller.abort();
      const signal =
        request.signal === undefined
          ? controller.signal
          : AbortSignal.any([request.signal, controller.signal]);
      const door = doorOf(request);
      const args = argsOf(prepared, request);
      try {
        // Tags of the opening go nowhere: a stream is not cached.
        const contextValue = context(createBaseContext(request, signal, new Set()));
        const runOn = (event: SourceEvent<unknown>) =>
          runOperation({ ...args, rootValue: event }, { request, signal, door });
        return await openEventStream({ args: { ...args, schema, contextValue }, runOn, stop, signal, door });
      } catch (error) {
        stop();
        return { errors: [door(error)] };
      }
    },
  };
}

const misdirected = (message: string): { readonly errors: readonly GraphQLError[] } => ({
  errors: refused(new EaioError('BAD_REQUEST', message)).errors,
});
