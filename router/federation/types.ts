import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Principal } from '../../platform/identity/principal.ts';
import type { EaioExtensions, SubgraphResult } from '../../platform/subgraph/types.ts';
import type { OperationKind, RouterEvent } from '../types.ts';
import type { Supergraph } from './supergraph.ts';

/** What may be kept of an operation's answer. Worked out from `@cacheControl` of the fields touched. */
export interface CachePolicy {
  /** False for mutations, subscriptions, introspection, and when a root field or a category says NONE. */
  readonly cacheable: boolean;
  /** The category of the fields touched that lives shortest; null when not cacheable. */
  readonly category: string | null;
  /** That category's time to live; 0 when not cacheable. */
  readonly ttlSeconds: number;
}

/** Any of the lists, all of its scopes. `[[]]` asks for nothing. */
export type RequiredScopes = readonly (readonly string[])[];

/** An operation, ready to run against one supergraph: everything that does not depend on who asks and with what. */
export interface PlannedOperation {
  /** SHA-256, hex, of the operation's text: with the variables and the access it names an answer. */
  readonly hash: string;
  /** Null for an anonymous ad-hoc operation. */
  readonly name: string | null;
  readonly kind: OperationKind;
  /** As it was planned: see `withOwnKeys`. */
  readonly document: DocumentNode;
  readonly plan: QueryPlan;
  readonly requiredScopes: RequiredScopes;
  readonly depth: number;
  /** Cost by the IBM cost specification, list sizes taken from literals and defaults; the manifest's figure. */
  readonly cost: number;
  /** The same with these variables' list sizes. */
  costWith(variables: Variables): number;
  readonly cache: CachePolicy;
  /** What it was planned against. It keeps running there when another supergraph takes over. */
  readonly supergraph: Supergraph;
}

/** Checked against the schema, as JSON (scalars not parsed), in the order of their definitions. */
export type Variables = Readonly<Record<string, unknown>>;

/** Who asks, and what ends the asking. */
export interface ExecutionContext {
  readonly principal: Principal;
  readonly signal?: AbortSignal | undefined;
  readonly traceparent?: string | undefined;
}

/** `extensions.tags` holds the cache tags of every fetch, each once. */
export type ExecutedResult = ExecutionResult<Record<string, unknown>, { readonly tags: readonly string[] }>;

/** Runs planned operations over the subgraphs. A subgraph that fails costs its part of the data, never the answer. */
export interface Executor {
  /** Queries and mutations. Never rejects for a subgraph's failure. */
  execute(
    planned: PlannedOperation,
    variables: Variables,
    context: ExecutionContext,
  ): Promise<ExecutedResult>;
  /**
   * The first half of a subscription: the primary subgraph's own events, or one result with `errors` when it can't begin.
   * Goes on behind `after`. Returning the iterator stops the source.
   */
  subscribePrimary(
    planned: PlannedOperation,
    variables: Variables,
    context: ExecutionContext & { readonly after?: string | undefined },
  ): Promise<AsyncIterableIterator<SubgraphResult> | SubgraphResult>;
  /**
   * The second half: what the client selected, out of one event of the primary and the other subgraphs.
   * `extensions` are the event's own (cursor, key, gap) with the tags of all fetches. A notice (`data` null) passes as it is.
   */
  executeRest(
    planned: PlannedOperation,
    event: SubgraphResult,
    variables: Variables,
    context: ExecutionContext,
  ): Promise<RouterEvent>;
}

export type { EaioExtensions };
