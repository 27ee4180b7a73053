import { executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import type { FetchNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import type { SubgraphExecutor, SubgraphResult } from '../../platform/subgraph/types.ts';
import type { RouterEvent } from '../types.ts';
import { createDataSource, createEventSource, eventService, type FetchContext } from './data-source.ts';
import type { Supergraph } from './supergraph.ts';
import type { ExecutedResult, ExecutionContext, Executor, PlannedOperation, Variables } from './types.ts';
import { unavailable } from './unavailable.ts';

export interface ExecutorOptions {
  /** The subgraph of that name, in process or remote; undefined when the configuration has none. */
  readonly subgraph: (name: string) => SubgraphExecutor | undefined;
  /** Told of what went wrong with a subgraph, in words that clients don't get. */
  readonly onSubgraphError?: ((subgraph: string, error: unknown) => void) | undefined;
}

/** Plans are carried out by @apollo/gateway's own executor; our part is where the fetches go, and what becomes of their tags and failures. */
export function createExecutor({ subgraph, onSubgraphError = () => {} }: ExecutorOptions): Executor {
  const services = new WeakMap<Supergraph, ServiceMap>();

  function servicesOf(supergraph: Supergraph): ServiceMap {
    const known = services.get(supergraph);
    if (known) return known;
    const made: ServiceMap = Object.create(null);
    for (const { name } of supergraph.subgraphs)
      made[name] = createDataSource({ name, subgraph: () => subgraph(name), onSubgraphError });
    made[eventService] = createEventSource();
    services.set(supergraph, made);
    return made;
  }

  async function run(
    planned: PlannedOperation,
    plan: QueryPlan,
    variables: Variables,
    context: ExecutionContext,
    event?: SubgraphResult,
  ): Promise<ExecutedResult> {
    const tags = new Set<string>();
    const { supergraph, operationContext } = planned;
    const fetchContext: FetchContext = { ...context, tags, event };
    const result = await executeQueryPlan(
      plan,
      servicesOf(supergraph),
      { request: { variables }, context: fetchContext, metrics: {} } as unknown as Parameters<
        typeof executeQueryPlan
      >[2],
      operationContext,
      supergraph.supergraphSchema,
      supergraph.apiSchema,
    );
    return { ...completed(result), extensions: { tags: [...tags] } };
  }

  return {
    execute: (planned, variables, context) => run(planned, planned.plan, variables, context),

    async subscribePrimary(planned, variables, { principal, signal, traceparent, after }) {
      const { primary } = subscriptionOf(planned);
      const source = subgraph(primary.serviceName);
      try {
        if (!source) throw new Error('It is not in the configuration.');
        return await source.subscribe({
          query: primary.operationDocumentNode ?? primary.operation,
          operationName: primary.operationName,
          variables: pick(variables, primary.variableUsages),
          principal,
          signal,
          traceparent,
          after,
        });
      } catch (error) {
        onSubgraphError(primary.serviceName, error);
        return {
          errors: unavailable({
            subgraph: primary.serviceName,
            document: primary.operationDocumentNode,
            entities: undefined,
            error,
          }),
        };
      }
    },

    async executeRest(planned, event, variables, context): Promise<RouterEvent> {
      const { extensions = {} } = event;
      if (event.data == null && !event.errors) return { data: null, extensions };
      const { primary, rest } = subscriptionOf(planned);
      const first: FetchNode = { ...primary, serviceName: eventService };
      const plan: QueryPlan = {
        kind: 'QueryPlan',
        node: rest ? { kind: 'Sequence', nodes: [first, rest] } : first,
      };
      const result = await run(planned, plan, variables, context, event);
      const tags = [...new Set([...(extensions.tags ?? []), ...(result.extensions?.tags ?? [])])];
      return { ...result, extensions: { ...extensions, ...(tags.length > 0 && { tags }) } };
    },
  };
}

function subscriptionOf({ plan, name }: PlannedOperation): SubscriptionNode {
  if (plan.node?.kind !== 'Subscription') throw new TypeError(`"${name}" is no subscription.`);
  return plan.node;
}

function pick(variables: Variables, names: readonly string[] = []): Variables {
  return Object.fromEntries(
    names.filter((name) => variables[name] !== undefined).map((name) => [name, variables[name]]),
  );
}

/**
 * A null that the schema forbids is an error to the spec; the gateway puts it into an extension when no other error is there.
 */
function completed({
  data,
  errors,
  extensions,
}: Awaited<ReturnType<typeof executeQueryPlan>>): ExecutedResult {
  const found = errors ?? (extensions?.['valueCompletion'] as ExecutedResult['errors']);
  return {
    ...(found && found.length > 0 && { errors: found }),
    ...(data !== undefined && { data: data as Record<string, unknown> | null }),
  };
}
