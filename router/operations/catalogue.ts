import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type DocumentNode, GraphQLError, type GraphQLScalarType, Kind, parse, validate } from 'graphql';
import type { Supergraph } from '../federation/supergraph.ts';
import type { PlannedOperation } from '../federation/types.ts';
import type { ManifestEntry, OperationCatalogue, PersistedOperation } from '../types.ts';
import type { CategoryTtls } from './cache-policy.ts';
import type { Manifest } from './manifest.ts';
import { planOperation } from './plan.ts';
import { createVariableCheck, type VariableCheck } from './variables.ts';

/** An operation with all that running it takes, prepared once. */
export interface RunnableOperation {
  readonly planned: PlannedOperation;
  readonly checkVariables: VariableCheck;
}

export interface Catalogue extends OperationCatalogue {
  /** By id. */
  readonly runnable: ReadonlyMap<string, RunnableOperation>;
}

export interface CatalogueOptions {
  readonly ttls: CategoryTtls;
  readonly scalars: Readonly<Record<string, GraphQLScalarType>>;
}

type Fault = OperationCatalogue['faults'][number];

/**
 * All operations of the manifest, made ready for one supergraph. Those that don't fit it are left out and named in `faults`.
 * Others are served meanwhile: planning hundreds of operations at one go would make them wait.
 */
export async function loadCatalogue(
  manifest: Manifest,
  supergraph: Supergraph,
  options: CatalogueOptions,
): Promise<Catalogue> {
  const operations = new Map<string, PersistedOperation>();
  const byName = new Map<string, PersistedOperation>();
  const runnable = new Map<string, RunnableOperation>();
  const faults: Fault[] = [];
  for (const entry of manifest.operations) {
    await setImmediate();
    try {
      if (byName.has(entry.name)) throw new Error('Another operation of the manifest has the same name.');
      const prepared = prepare(entry, supergraph, options);
      const { requiredScopes, cost, depth } = prepared.planned;
      const operation: PersistedOperation = { ...entry, requiredScopes, cost, depth };
      operations.set(entry.id, operation);
      byName.set(entry.name, operation);
      runnable.set(entry.id, prepared);
    } catch (error) {
      const file = `schema/operations/${entry.domain}/${entry.name}.graphql`;
      faults.push({ name: entry.name, file, message: messageOf(error) });
    }
  }
  const hash = createHash('sha256')
    .update(supergraph.hash)
    .update(JSON.stringify([...operations.values()]));
  return { hash: hash.digest('hex'), operations, byName, runnable, faults };
}

function prepare(entry: ManifestEntry, supergraph: Supergraph, options: CatalogueOptions): RunnableOperation {
  const document: DocumentNode = parse(entry.body);
  const found = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation] = found;
  if (!operation || found.length > 1) {
    throw new Error(`The body holds ${found.length} operations; it must hold one.`);
  }
  if (operation.operation !== entry.type || operation.name?.value !== entry.name) {
    throw new Error(
      `The body holds the ${operation.operation} "${operation.name?.value}", the entry says ${entry.type} "${entry.name}".`,
    );
  }
  if (entry.id !== createHash('sha256').update(entry.body).digest('hex')) {
    throw new Error('The id is not the SHA-256 of the body.');
  }
  const errors = validate(supergraph.schema, document);
  if (errors.length > 0) throw new Error(errors.map(messageOf).join(' '));
  const { ttls, scalars } = options;
  return {
    planned: planOperation({ supergraph, document, operation, hash: entry.id, ttls }),
    checkVariables: createVariableCheck({
      schema: supergraph.schema,
      operation,
      claims: claimsOf(entry),
      scalars,
    }),
  };
}

function claimsOf({ variables }: ManifestEntry): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, { fromClaim }]) =>
      fromClaim === null ? [] : [[name, fromClaim]],
    ),
  );
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const at = error instanceof GraphQLError && error.locations?.[0];
  return at ? `${error.message} (line ${at.line} of the body)` : error.message;
}
