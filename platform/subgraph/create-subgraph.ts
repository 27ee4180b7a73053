import { type ExecutionArgs, execute, GraphQLError, type GraphQLScalarType } from 'graphql';
import type { Logger } from 'pino';
import { EaioError } from '../errors/eaio-error.ts';
import { createDocumentCache, type Prepared, refused } from './documents.ts';
import { createDoor, type Door } from './door.ts';
import { openEventStream } from './events.ts';
import type { ResolverMap } from './resolvers.ts';
import { buildSchema } from './schema.ts';
import type { BaseContext, SourceEvent, Subgraph, SubgraphRequest, SubgraphResult } from './types.ts';

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
  const { name, log } = options;
  const { schema, sdl } = buildSchema(options);
  const documents = createDocumentCache(schema, options.documentCacheCharacters ?? 4_000_000);

  async function run(
    args: Omit<ExecutionArgs, 'contextValue'>,
    request: SubgraphRequest,
    signal: AbortSignal | undefined,
    door: Door,
  ): Promise<SubgraphResult> {
    const tags = new Set<string>();
    try {
      const contextValue = options.context(baseContext(request, signal, tags));
      const result = await execute({ ...args, contextValue });
      return {
        ...(result.errors === undefined ? {} : { errors: result.errors.map(door) }),
        // Absent when a request error left nothing to answer: `data` says by its absence that nothing was run.
        ...(result.data === undefined ? {} : { data: result.data }),
        ...(tags.size === 0 ? {} : { extensions: { tags: [...tags].sort() } }),
      };
    } catch (error) {
      return { errors: [door(error)] };
    }
  }

  const argsOf = (
    prepared: Prepared & { ok: true },
    request: SubgraphRequest,
  ): Omit<ExecutionArgs, 'contextValue'> => ({
    schema,
    document: prepared.document,
    operationName: request.operationName,
    variableValues: request.variables,
  });
  const doorOf = (request: SubgraphRequest): Door =>
    createDoor(log, {
      subgraph: name,
      subject: request.principal.subject,
      ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
      ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
    });

  return {
    name,
    sdl,

    async execute(request) {
      request.signal?.throwIfAborted();
      const prepared = documents.prepare(request.query, request.operationName);
      if (!prepared.ok) return { errors: prepared.errors };
      if (prepared.operation.operation === 'subscription') {
        return {
          errors: refused(
            new EaioError('BAD_REQUEST', 'A subscription is opened by subscribe, not executed.'),
          ).errors,
        };
      }
      return run(argsOf(prepared, request), request, request.signal, doorOf(request));
    },

    async subscribe(request) {
      request.signal?.throwIfAborted();
      const prepared = documents.prepare(request.query, request.operationName);
      if (!prepared.ok) return { errors: prepared.errors };
      if (prepared.operation.operation !== 'subscription') {
        return {
          errors: refused(new EaioError('BAD_REQUEST', 'Only a subscription can be subscribed to.')).errors,
        };
      }
      const controller = new AbortController();
      const signal =
        request.signal === undefined
          ? controller.signal
          : AbortSignal.any([request.signal, controller.signal]);
      const door = doorOf(request);
      const args = argsOf(prepared, request);
      const stop = () => controller.abort();
      try {
        // Tags of the opening go nowhere: a stream is not cached.
        const contextValue = options.context(baseContext(request, signal, new Set()));
        const runOn = (event: SourceEvent<unknown>) =>
          run({ ...args, rootValue: event }, request, signal, door);
        return await openEventStream({ args: { ...args, contextValue }, runOn, stop, signal, door });
      } catch (error) {
        stop();
        return { errors: [error instanceof GraphQLError ? error : door(error)] };
      }
    },
  };
}

const baseContext = (
  request: SubgraphRequest,
  signal: AbortSignal | undefined,
  tags: Set<string>,
): BaseContext => ({
  principal: request.principal,
  signal,
  after: request.after,
  tag(...names) {
    for (const name of names) tags.add(name);
  },
});
