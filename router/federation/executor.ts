import { executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { GraphQLError, getOperationAST } from 'graphql';
import type { SubgraphExecutor, SubgraphResult } from '../../platform/subgraph/types.ts';
import type { RouterEvent } from '../types.ts';
import { bracketPlan, bracketServices, rootKeysOf, withoutSelections } from './bracketed-plan.ts';
import { createDataSource, type FetchContext } from './data-source.ts';
import { clientKey } from './own-keys.ts';
import { compileShape, type Shape } from './shaping/compile-shape.ts';
import type { Supergraph } from './supergraph.ts';
import type { ExecutedResult, ExecutionContext, Executor, PlannedOperation, Variables } from './types.ts';
import { unavailable } from './unavailable.ts';

export interface ExecutorOptions {
  /** The subgraph of that name, in process or remote; undefined when the configuration has none. */
  readonly subgraph: (name: string) => SubgraphExecutor | undefined;
  /** Told of what went wrong with a subgraph, in words that clients don't get. */
  readonly onSubgraphError?: ((subgraph: string, error: unknown) => void) | undefined;
}

type GatewayArguments = Parameters<typeof executeQueryPlan>;

/** What running an operation takes beyond its plan. */
interface Prepared {
  readonly plan: QueryPlan;
  readonly operationContext: GatewayArguments[3];
  readonly rootType: string;
  readonly shape: Shape;
}

/**
 * Plans are carried out by @apollo/gateway's own executor. Ours is where the fetches go, what becomes of their tags and
 * failures, and the shape of the answer.
 */
export function createExecutor({ subgraph, onSubgraphError = () => {} }: ExecutorOptions): Executor {
  const services = new WeakMap<Supergraph, ServiceMap>();
  const prepared = new WeakMap<PlannedOperation, Prepared>();

  function servicesOf(supergraph: Supergraph): ServiceMap {
    const known = services.get(supergraph);
    if (known) return known;
    const made: ServiceMap = Object.assign(Object.create(null), bracketServices);
    for (const { name } of supergraph.subgraphs)
      made[name] = createDataSource({ name, subgraph: () => subgraph(name), onSubgraphError });
    services.set(supergraph, made);
    return made;
  }

  function prepare(planned: PlannedOperation): Prepared {
    const known = prepared.get(planned);
    if (known) return known;
    const made = prepareOperation(planned);
    prepared.set(planned, made);
    return made;
  }

  async function run(
    planned: PlannedOperation,
    variables: Variables,
    context: ExecutionContext,
    event?: SubgraphResult,
  ): Promise<ExecutedResult> {
    const { supergraph } = planned;
    const { plan, operationContext, rootType, shape } = prepare(planned);
    const fetchContext: FetchContext = { ...context, tags: new Set(), event, rootType, said: undefined };
    const { errors: failures = [] } = await executeQueryPlan(
      plan,
      servicesOf(supergraph),
      { request: { variables }, context: fetchContext, metrics: {} } as unknown as GatewayArguments[2],
      operationContext,
      supergraph.supergraphSchema,
      supergraph.apiSchema,
    );
    const { data, errors: faults } = shape(fetchContext.said ?? {}, variables);
    // A null that the schema forbids is told of when nothing else explains it.
    const told = [...(event?.errors ?? []), ...failures].map(withClientPath);
    const errors = told.length > 0 ? told : faults;
    return { ...(errors.length > 0 && { errors }), data, extensions: { tags: [...fetchContext.tags] } };
  }

  return {
    execute: (planned, variables, context) => run(planned, variables, context),

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
        const document = primary.operationDocumentNode;
        return {
          errors: unavailable({ subgraph: primary.serviceName, document, entities: undefined, error }),
        };
      }
    },

    async executeRest(planned, event, variables, context): Promise<RouterEvent> {
      const { extensions = {}, errors } = event;
      if (event.data == null && !errors) return { data: null, extensions };
      if (event.data === undefined && errors) return { errors, extensions };
      const result = await run(planned, variables, context, event);
      const tags = [...new Set([...(extensions.tags ?? []), ...(result.extensions?.tags ?? [])])];
      return { ...result, extensions: { ...extensions, ...(tags.length > 0 && { tags }) } };
    },
  };
}

function prepareOperation({ document, plan, supergraph: { schema } }: PlannedOperation): Prepared {
  const operation = getOperationAST(document);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) throw new GraphQLError('The document holds no operation that the schema knows.');
  const [node, primary]: [PlanNode | undefined, FetchNode | undefined] =
    plan.node?.kind === 'Subscription' ? [plan.node.rest, plan.node.primary] : [plan.node, undefined];
  return {
    plan: bracketPlan({ node, primary, rootKeys: rootKeysOf(document, operation), rootType: root.name }),
    operationContext: { schema, operation: withoutSelections(operation), fragments: {} },
    rootType: root.name,
    shape: compileShape(schema, document, operation),
  };
}

/** Paths in the keys that the client knows. */
function withClientPath(error: GraphQLError): GraphQLError {
  const { message, path, extensions, originalError } = error;
  if (!path?.some((key) => typeof key === 'string' && clientKey(key) !== key)) return error;
  const known = path.map((key) => (typeof key === 'string' ? clientKey(key) : key));
  return new GraphQLError(message, { path: known, extensions, originalError: originalError ?? null });
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
