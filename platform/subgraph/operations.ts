import { type ExecutionArgs, execute, type GraphQLSchema } from 'graphql';
import type { Door } from './door.ts';
import { createFederatedTrace } from './trace/federated-trace.ts';
import { type Traces, traceFields } from './trace/trace-fields.ts';
import type { BaseContext, EaioExtensions, SubgraphRequest, SubgraphResult } from './types.ts';

/** Runs a prepared operation once. Never rejects: what goes wrong is in the answer, as the door lets it out. */
export type RunOperation = (
  args: Pick<ExecutionArgs, 'document' | 'operationName' | 'variableValues' | 'rootValue'>,
  run: {
    readonly request: SubgraphRequest;
    /** What the resolvers are told of the caller's going. */
    readonly signal: AbortSignal | undefined;
    readonly door: Door;
  },
) => Promise<SubgraphResult>;

export function createRunOperation<Context extends BaseContext>(options: {
  readonly schema: GraphQLSchema;
  readonly context: (base: BaseContext) => Context;
  /** Another schema, equal to the first, whose fields may be wrapped. Called at most once. */
  readonly buildAgain: () => GraphQLSchema;
}): RunOperation {
  const { schema, context, buildAgain } = options;
  const traces: Traces = new WeakMap();
  let tracedSchema: GraphQLSchema | undefined;

  return async (args, { request, signal, door }) => {
    const tags = new Set<string>();
    const trace = request.federatedTrace === true ? createFederatedTrace() : undefined;
    if (trace !== undefined) tracedSchema ??= traceFields(buildAgain(), traces);
    try {
      const contextValue = context(createBaseContext(request, signal, tags));
      if (trace !== undefined) traces.set(contextValue, trace);
      const ran = await execute({
        ...args,
        contextValue,
        schema: trace === undefined ? schema : (tracedSchema ?? schema),
      });
      const errors = ran.errors?.map(door);
      const extensions: EaioExtensions = {
        ...(tags.size === 0 ? {} : { tags: [...tags].sort() }),
        ...(trace === undefined ? {} : { ftv1: trace.encode(errors ?? []) }),
      };
      return {
        ...(errors === undefined ? {} : { errors }),
        // Absent when nothing was run, because a variable did not fit.
        ...(ran.data === undefined ? {} : { data: ran.data }),
        ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
      };
    } catch (error) {
      return { errors: [door(error)] };
    }
  };
}

/** @param tags gets the tags that resolvers name. */
export const createBaseContext = (
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
