import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Origin } from '../platform/audit/types.ts';
import type { Principal } from '../platform/identity/principal.ts';
import type { EaioExtensions } from '../platform/subgraph/types.ts';

/** What a tool is made from: one persisted operation in service. */
export interface Operation {
  readonly id: string;
  readonly name: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly body: string;
  readonly domain: string;
  readonly description: string;
  readonly title: string;
  readonly keywords: readonly string[];
  readonly responsePath: string | null;
  readonly resultBudget: number | null;
  /** URI template of the resource that the operation is too; null when it is none. */
  readonly resource: string | null;
  readonly variables: Readonly<Record<string, OperationVariable>>;
  /** Any of the lists, all of its scopes. */
  readonly requiredScopes: readonly (readonly string[])[];
}

export interface OperationVariable {
  readonly description: string | null;
  readonly examples: readonly unknown[];
  /** Filled from this claim of the token: absent from the tool, refused when sent. */
  readonly fromClaim: string | null;
}

export interface Catalogue {
  readonly hash: string;
  readonly byName: ReadonlyMap<string, Operation>;
}

export interface OperationRequest {
  readonly operation: { readonly id: string };
  readonly variables: Readonly<Record<string, unknown>>;
  readonly principal: Principal;
  readonly origin?: Origin | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly traceparent?: string | undefined;
  readonly after?: string | undefined;
  /** False: the bytes that everyone of equal access gets, whoever asks. */
  readonly inspect?: boolean | undefined;
}

/** A GraphQL response as bytes. Two calls that give the same Buffer object gave the same answer. */
export interface OperationAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export type OperationEvent = ExecutionResult<Record<string, unknown>, EaioExtensions>;

export type OperationSubscription =
  | { readonly ok: true; readonly events: AsyncIterableIterator<OperationEvent> }
  | { readonly ok: false; readonly answer: OperationAnswer };

/** The graph as the adapter sees it: persisted operations, run with the caller's rights by the router (in process or over HTTP). */
export interface Graph {
  /** What can be said without waiting; undefined: `execute` it. Absent where every answer comes over a network. */
  answerNow?(request: OperationRequest): OperationAnswer | undefined;
  execute(request: OperationRequest): Promise<OperationAnswer>;
  subscribe(request: OperationRequest): Promise<OperationSubscription>;
  operations(): Catalogue;
  schema(): GraphQLSchema;
  /** Called after the operations or the schema changed; returns how to stop listening. */
  onReload(listener: () => void): () => void;
}
