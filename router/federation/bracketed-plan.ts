import type { GraphQLDataSource } from '@apollo/gateway';
import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { SubgraphResult } from '../../platform/subgraph/types.ts';

/** Names that no subgraph can have. */
const opening = '\u0000opening';
const closing = '\u0000closing';

/** What the two ends of a bracketed plan exchange with whoever runs it: part of the run's context. */
export interface BracketContext {
  /** What is known before the plan begins: the event of a subscription. */
  readonly event: SubgraphResult | undefined;
  readonly rootType: string;
  /** Everything that the plan's fetches said, merged; set by the plan's end. Undefined when they said nothing. */
  said: Readonly<Record<string, unknown>> | undefined;
}

interface BracketOptions {
  /** Undefined when no subgraph is asked: introspection alone, or a subscription that one subgraph answers. */
  readonly node: PlanNode | undefined;
  /** Subscriptions: the fetch whose events the plan starts from. */
  readonly primary: FetchNode | undefined;
  readonly rootKeys: readonly string[];
  readonly rootType: string;
}

/**
 * The plan between two fetches of our own, which let the gateway's executor start from given data, and hand out what it
 * has merged instead of shaping it: its shaping is interpreted and takes 90 % of its time, ours is compiled.
 *
 * The closing fetch asks for an entity (the root object), so that its "representation" is the merged data; each key in a
 * fragment of its own, since a representation that lacks a key is none.
 */
export function bracketPlan({ node, primary, rootKeys, rootType }: BracketOptions): QueryPlan {
  const start: FetchNode = {
    ...fetch(opening),
    ...(primary?.outputRewrites && { outputRewrites: primary.outputRewrites }),
  };
  const end: FetchNode = {
    ...fetch(closing),
    requires: [
      { kind: 'Field', name: '__typename' },
      ...rootKeys.map((name) => ({
        kind: 'InlineFragment' as const,
        typeCondition: rootType,
        selections: [{ kind: 'Field' as const, name }],
      })),
    ],
  };
  return {
    kind: 'QueryPlan',
    node: { kind: 'Sequence', nodes: [start, ...(node ? [node] : []), end] },
  };
}

const fetch = (serviceName: string): FetchNode => ({
  kind: 'Fetch',
  serviceName,
  operation: '',
  operationName: undefined,
  operationKind: OperationTypeNode.QUERY,
});

/** The operation with nothing selected: what the gateway's executor shapes when we shape. Its variables are still needed. */
export function withoutSelections(operation: OperationDefinitionNode): OperationDefinitionNode {
  const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;
  return { ...operation, directives: [], selectionSet: { kind: Kind.SELECTION_SET, selections: [typename] } };
}

/** The services of the two ends, by name. */
export const bracketServices: Readonly<Record<string, GraphQLDataSource>> = {
  [opening]: {
    async process({ context }) {
      const { event, rootType } = context as BracketContext;
      // Copied: the executor merges the rest into it, and the event may be kept, and run again.
      return {
        data: { ...(event?.data && structuredClone(event.data)), __typename: rootType },
      } as object as Answer;
    },
  },
  [closing]: {
    async process({ context, request: { variables } }) {
      const { representations } = variables as {
        readonly representations: readonly [Readonly<Record<string, unknown>>];
      };
      (context as BracketContext).said = representations[0];
      return { data: { _entities: [null] } } as object as Answer;
    },
  },
};

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** Response keys of the root fields, in whatever fragment they stand. */
export function rootKeysOf(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const keys = new Set<string>();
  const collect = ({ selections }: OperationDefinitionNode['selectionSet']): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) keys.add(selection.alias?.value ?? selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else {
        const { value } = selection.name;
        const fragment = document.definitions.find(
          (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === value,
        );
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION) collect(fragment.selectionSet);
      }
    }
  };
  collect(operation.selectionSet);
  return [...keys];
}
