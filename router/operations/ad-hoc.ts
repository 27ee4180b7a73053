import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  recommendedRules,
  separateOperations,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Supergraph } from '../federation/supergraph.ts';
import type { CatalogueOptions, RunnableOperation } from './catalogue.ts';
import { type OperationLimits, refuseShape, tooComplex } from './limits.ts';
import { planOperation } from './plan.ts';
import { measureShape } from './shape.ts';
import { createVariableCheck } from './variables.ts';

/** Why a text can't be run: GraphQL's own errors, ours, or whatever the planner threw. */
export type Prepared =
  | { readonly ok: true; readonly operation: RunnableOperation; readonly introspects: boolean }
  | { readonly ok: false; readonly errors: readonly unknown[] };

export interface AdHocOptions extends CatalogueOptions {
  readonly supergraph: Supergraph;
  readonly limits: OperationLimits;
  /** Plans remembered. */
  readonly maxRemembered: number;
}

/** Makes texts of explorers runnable under the limits. What was found of a text, good or bad, is remembered. */
export function createAdHoc(
  options: AdHocOptions,
): (query: string, operationName: string | undefined) => Prepared {
  const remembered = new LRUCache<string, Prepared>({ max: options.maxRemembered });
  return (query, operationName) => {
    const hash = createHash('sha256')
      .update(operationName ?? '')
      .update('\n')
      .update(query)
      .digest('hex');
    const known = remembered.get(hash);
    if (known) return known;
    const prepared = prepare(query, operationName, hash, options);
    remembered.set(hash, prepared);
    return prepared;
  };
}

function prepare(
  query: string,
  operationName: string | undefined,
  hash: string,
  options: AdHocOptions,
): Prepared {
  const { supergraph, limits, ttls, scalars } = options;
  let whole: DocumentNode;
  try {
    whole = parse(query, { maxTokens: limits.maxTokens });
  } catch (error) {
    return { ok: false, errors: [parseFault(error, limits)] };
  }
  const chosen = chooseOperation(whole, operationName);
  if (chosen instanceof EaioError) return { ok: false, errors: [chosen] };
  const shape = measureShape(whole, chosen);
  const refused = refuseShape(shape, limits);
  if (refused) return { ok: false, errors: [refused] };
  const errors = validate(supergraph.schema, whole, [...specifiedRules, ...recommendedRules], {
    maxErrors: 20,
  });
  if (errors.length > 0) return { ok: false, errors: errors.map(invalid) };
  const document = separateOperations(whole)[chosen.name?.value ?? ''] ?? whole;
  const { schema } = supergraph;
  try {
    const planned = planOperation({ supergraph, document, operation: chosen, hash, ttls });
    const checkVariables = createVariableCheck({ schema, operation: chosen, claims: {}, scalars });
    return { ok: true, operation: { planned, checkVariables }, introspects: shape.introspects };
  } catch (error) {
    return { ok: false, errors: [error] };
  }
}

function parseFault(error: unknown, { maxTokens }: OperationLimits): EaioError | GraphQLError {
  if (!(error instanceof GraphQLError)) throw error;
  if (error.message.includes('tokens'))
    return tooComplex(`The operation has more than ${maxTokens} tokens. Ask for less, or in parts.`, {
      maxTokens,
    });
  return withCode(error, 'GRAPHQL_PARSE_FAILED');
}

const invalid = (error: GraphQLError) => withCode(error, 'GRAPHQL_VALIDATION_FAILED');

function withCode(
  error: GraphQLError,
  code: 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED',
): GraphQLError {
  const { nodes, source, positions } = error;
  return new GraphQLError(error.message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code, retryable: false },
  });
}

function chooseOperation(
  { definitions }: DocumentNode,
  name: string | undefined,
): OperationDefinitionNode | EaioError {
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const names = operations.map((operation) => operation.name?.value ?? '(anonymous)').join(', ');
  const [only] = operations;
  if (!only) return new EaioError('GRAPHQL_VALIDATION_FAILED', 'The text holds no operation.');
  if (name === undefined) {
    return operations.length === 1
      ? only
      : new EaioError(
          'BAD_REQUEST',
          `The text holds several operations; say by \`operationName\` which to run: ${names}.`,
        );
  }
  const named = operations.find((operation) => operation.name?.value === name);
  return named ?? new EaioError('BAD_REQUEST', `The text holds no operation "${name}"; it holds ${names}.`);
}
