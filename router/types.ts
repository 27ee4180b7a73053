import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Origin } from '../platform/audit/types.ts';
import type { ErrorCode } from '../platform/errors/catalogue.ts';
import type { Principal } from '../platform/identity/principal.ts';
import type { EaioExtensions, Gap } from '../platform/subgraph/types.ts';

/** A persisted operation by its id, or a text from someone who may explore. */
export type OperationReference =
  | { readonly id: string }
  | { readonly query: string; readonly operationName?: string | undefined };

export interface RouterRequest {
  readonly operation: OperationReference;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly principal: Principal;
  /** From where it comes, for the record. */
  readonly origin?: Origin | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly traceparent?: string | undefined;
  /** Subscriptions: go on behind this cursor. */
  readonly after?: string | undefined;
  /** Refuse mutations: the request came by a method that changes nothing (GET). */
  readonly readOnly?: boolean | undefined;
  /** Tell those with `cache:inspect` how the cache answered; default true. False: the bytes that everyone else gets. */
  readonly inspect?: boolean | undefined;
}

export type CacheLevel = 'process' | 'redis';
export type CacheOutcome =
  | { readonly kind: 'hit'; readonly level: CacheLevel; readonly ageMs: number; readonly stale: boolean }
  | { readonly kind: 'miss' }
  | { readonly kind: 'uncacheable' };

/** One answer, ready to be sent. `body` is the whole GraphQL response as JSON bytes, encoded once. */
export interface RouterAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** The same body gzipped, when the cache holds it. */
  readonly gzip?: Buffer | undefined;
  readonly cache: CacheOutcome;
  /** Seconds for which a client may keep it; 0 when not at all. */
  readonly maxAgeSeconds: number;
  /** Strong validator of the body. */
  readonly etag: string;
  /** Of a refusal for too many requests: when to come back. */
  readonly retryAfterSeconds?: number | undefined;
  /** Set when the answer is an error that has no data: what refused it. */
  readonly error?: ErrorCode | undefined;
}

export type RouterEvent = ExecutionResult<Record<string, unknown>, EaioExtensions>;

export type SubscribeResult =
  | { readonly ok: true; readonly events: AsyncIterableIterator<RouterEvent> }
  | { readonly ok: false; readonly answer: RouterAnswer };

/** An event as all who get it share it: encoded once. */
export interface EncodedEvent {
  /** The execution result as JSON; of `extensions` what clients see: `cursor` and `gap`. */
  readonly payload: Buffer;
  /** The same before it was encoded. */
  readonly event: RouterEvent;
  readonly cursor: string | undefined;
  /** Events of one key replace each other in the queue of a slow subscriber. */
  readonly key: string | undefined;
  readonly gap: Gap | undefined;
  /** Unix milliseconds at which the router got it. */
  readonly atMs: number;
}

/** Why a stream ended. */
export type StreamEnd =
  /** The source has no more events. */
  | { readonly kind: 'complete' }
  /** It can't go on; `payload` is the JSON array of GraphQL errors. */
  | { readonly kind: 'failed'; readonly payload: Buffer }
  /** The caller's token ended. */
  | { readonly kind: 'expired' }
  /** This process goes down: resume elsewhere. */
  | { readonly kind: 'draining' };

/** Who gets the events of a stream. Both methods return at once: a subscriber that is slow bounds itself (`createOutbox`). */
export interface Subscriber {
  next(event: EncodedEvent): void;
  /** Called at most once, and nothing after it; not called when the subscriber left by itself. */
  end(end: StreamEnd): void;
}

export type AttachResult =
  /** `leave` can be called twice. */
  { readonly ok: true; leave(): void } | { readonly ok: false; readonly answer: RouterAnswer };

/** One graph out of the subgraphs: what HTTP, WebSocket, SSE and the MCP adapter stand on. Never rejects for a client's fault. */
export interface Router extends AsyncDisposable {
  /** What can be said without waiting: an answer that this process holds, or a refusal. Undefined: `execute` it. */
  answerNow(request: RouterRequest): RouterAnswer | undefined;
  execute(request: RouterRequest): Promise<RouterAnswer>;
  /** Returning the iterator stops the stream; the stream ends by itself when the principal's token does. */
  subscribe(request: RouterRequest): Promise<SubscribeResult>;
  /**
   * The same for transports: events are pushed as bytes that were encoded once for all who get them.
   * The subscriber must bound itself (`router/subscriptions/outbox.ts`).
   */
  attach(request: RouterRequest, subscriber: Subscriber): Promise<AttachResult>;
  /** The persisted operations in service; replaced as a whole on reload. */
  operations(): OperationCatalogue;
  /** The API schema in service: what clients see of the supergraph. */
  schema(): GraphQLSchema;
  /** Called after each reload of the catalogue or the supergraph; returns how to stop listening. */
  onReload(listener: () => void): () => void;
}

export interface OperationCatalogue {
  /** Changes when any operation does. */
  readonly hash: string;
  readonly operations: ReadonlyMap<string, PersistedOperation>;
  readonly byName: ReadonlyMap<string, PersistedOperation>;
  /** Operations that do not fit the schema, left out of service, each with what is wrong. */
  readonly faults: readonly { readonly name: string; readonly file: string; readonly message: string }[];
}

export type OperationKind = 'query' | 'mutation' | 'subscription';

/** What `schema/manifest.json` says of one operation: Apollo's persisted-query manifest entry, and ours beside it. */
export interface ManifestEntry {
  /** SHA-256 of `body`, hex. */
  readonly id: string;
  readonly name: string;
  readonly type: OperationKind;
  /** The operation as it is executed: comments and tool directives stripped. */
  readonly body: string;
  /** The folder of `schema/operations/` it lives in. */
  readonly domain: string;
  /** From the comment above the operation: when to use it, units, what comes back. */
  readonly description: string;
  readonly title: string;
  /** Words that people use for it and that its text lacks. */
  readonly keywords: readonly string[];
  /** Where in `data` the interesting part is, dotted; null for all of it. */
  readonly responsePath: string | null;
  /** Most tokens that a tool result may take; null for the server's default. */
  readonly resultBudget: number | null;
  /** URI template of the MCP resource that the operation is beside a tool; null when it is none. */
  readonly resource: string | null;
  readonly variables: Readonly<Record<string, ManifestVariable>>;
}

export interface ManifestVariable {
  /** From the comment above the variable; null when it has none. */
  readonly description: string | null;
  readonly examples: readonly unknown[];
  /** Filled from this claim of the token; clients neither see nor send it. */
  readonly fromClaim: string | null;
}

/** A manifest entry after load: validated and planned against the supergraph. */
export interface PersistedOperation extends ManifestEntry {
  /** Scopes in disjunctive normal form: any of the lists, all of its scopes. Computed from the fields touched. */
  readonly requiredScopes: readonly (readonly string[])[];
  readonly cost: number;
  readonly depth: number;
}
