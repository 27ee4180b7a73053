import { operationFromDocument } from '@apollo/federation-internals';
import { type DocumentNode, type OperationDefinitionNode, valueFromASTUntyped } from 'graphql';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import { withOwnKeys } from '../federation/own-keys.ts';
import type { Supergraph } from '../federation/supergraph.ts';
import type { PlannedOperation, Variables } from '../federation/types.ts';
import { type CategoryTtls, cachePolicy } from './cache-policy.ts';
import { costOf } from './cost.ts';
import { requiredScopes } from './required-scopes.ts';
import { measureShape } from './shape.ts';
import { type TouchedField, touchedFields } from './touched-fields.ts';

export interface PlanInput {
  readonly supergraph: Supergraph;
  /** Validated against the supergraph's API schema, and holding this operation alone. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** SHA-256 of the text. */
  readonly hash: string;
  readonly ttls: CategoryTtls;
}

/** Everything that can be known of an operation before anyone asks. Throws when the planner can't plan it. */
export function planOperation({ supergraph, document, operation, hash, ttls }: PlanInput): PlannedOperation {
  const { apiSchema, planner, supergraphSchema } = supergraph;
  const kind = operation.operation;
  const fields = touchedFields(supergraphSchema, document, operation);
  const planable = withOwnKeys(document, supergraph.requiredArguments);
  const plan = planner.buildQueryPlan(operationFromDocument(apiSchema, planable, { validate: false }));
  if (!plan.node) refuseUnanswerable(fields);
  const costWith = costOf(supergraphSchema, kind, fields);
  return {
    hash,
    name: operation.name?.value ?? null,
    kind,
    document: planable,
    plan,
    requiredScopes: requiredScopes(fields),
    depth: measureShape(document, operation).depth,
    cost: costWith(defaultsOf(operation)),
    costWith,
    cache: cachePolicy(kind, fields, ttls),
    supergraph,
  };
}

/** An empty plan is right where conditions exclude everything; else no subgraph can give what is asked for. */
function refuseUnanswerable(fields: readonly TouchedField[]): void {
  const asked = fields.find(({ conditions }) => conditions.length === 0);
  if (!asked) return;
  const { name } = asked.definition;
  throw new EaioError('GRAPHQL_VALIDATION_FAILED', `No subgraph can answer what is asked of \`${name}\`.`);
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );
}
