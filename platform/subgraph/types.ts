import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Principal } from '../identity/principal.ts';

/** One operation for one subgraph, from whoever asks: the router in process, or the subgraph's own HTTP and WebSocket door. */
export interface SubgraphRequest {
  readonly query: string | DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly principal: Principal;
  /** Resume a subscription after this cursor (taken from `extensions.cursor` of an earlier event). */
  readonly after?: string | undefined;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
  /** W3C trace context of the caller. */
  readonly traceparent?: string | undefined;
  /** Time every field, for a router by Apollo: the answer carries `extensions.ftv1`. Not for subscriptions. */
  readonly federatedTrace?: boolean | undefined;
}

/** A span of time whose events a subscriber did not get. RFC 3339 instants; `from` excluded, `to` included. */
export interface Gap {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** What travels beside the data, in `extensions` of an answer or an event. */
export interface EaioExtensions {
  /** Cache tags of the answer (`energy:<building>`): a bus event that names one makes the answer stale. */
  readonly tags?: readonly string[];
  /** Opaque; send it as `extensions.after` to go on behind this event. */
  readonly cursor?: string;
  /** Events of one key replace each other: a slow client gets the latest of each. Absent: every event counts. */
  readonly key?: string;
  /** The event is a notice, not data (`data` is null): events of this span were missed. */
  readonly gap?: Gap;
  /** How long each field took, when it was asked for: Apollo's federated trace, protobuf in base64. */
  readonly ftv1?: string;
}

export type SubgraphResult = ExecutionResult<Record<string, unknown>, EaioExtensions>;

/** How the router reaches a subgraph; in process and remote look alike and answer alike. */
export interface SubgraphExecutor {
  /** Queries and mutations. Never rejects for a GraphQL error; rejects when the subgraph can't be reached. */
  execute(request: SubgraphRequest): Promise<SubgraphResult>;
  /** Subscriptions: a stream of events, or one result with `errors` when it can't begin. Returning the iterator stops the source. */
  subscribe(request: SubgraphRequest): Promise<AsyncIterableIterator<SubgraphResult> | SubgraphResult>;
}

/** One domain's part of the graph, ready to be run in process or served. */
export interface Subgraph extends SubgraphExecutor {
  readonly name: string;
  /** The whole SDL as composition wants it, shared directives included. */
  readonly sdl: string;
}

/**
 * What a subscription's source yields: the kit runs the operation on `payload`
 * (the value of the root field) and puts the rest into `extensions`.
 */
export type SourceEvent<T> =
  | { readonly payload: T; readonly cursor?: string; readonly key?: string }
  | { readonly gap: Gap; readonly cursor?: string };

/** What every resolver's context has, beside what the subgraph adds (loaders, stores). */
export interface BaseContext {
  readonly principal: Principal;
  readonly signal: AbortSignal | undefined;
  readonly after: string | undefined;
  /** Name the cache tags that the answer depends on. */
  tag(...tags: readonly string[]): void;
}
