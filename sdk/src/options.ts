import type { GraphQLFault } from './errors.ts';

/** The token, or what gives the present one (asked before each request, so that it can be renewed). */
export type TokenSource = string | (() => string | Promise<string>);

export interface ClientOptions {
  /** The server's address, for example `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly token: TokenSource;
  /** Longest time for one answer, tries included. Default 30 s. */
  readonly timeoutMs?: number;
  /** How often a query is tried again when that can help. Mutations never are. Default 2. */
  readonly retries?: number;
  /** Put queries of one moment into one request: at most `maxSize` of them. Default: no batching. */
  readonly batch?: { readonly maxSize: number };
  /** Default: WebSocket where the platform has one, else server-sent events. */
  readonly subscriptions?: 'websocket' | 'sse';
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Take an answer of which some is missing, and be told what; without it such an answer throws `PartialAnswer`. */
  readonly onPartial?: (errors: readonly GraphQLFault[]) => void;
}

export interface SubscribeOptions {
  readonly signal?: AbortSignal;
  /** Go on behind this event (the `cursor` of an earlier one). */
  readonly after?: string;
}

/** What a subscription yields: data, or the news that some was missed. */
export type LiveEvent<Data> =
  | {
      readonly kind: 'data';
      readonly data: Data;
      readonly cursor: string | null;
      readonly errors?: readonly GraphQLFault[];
    }
  | {
      readonly kind: 'gap';
      readonly from: string;
      readonly to: string;
      readonly reason: string;
      readonly cursor: string | null;
    };

export async function tokenOf(source: TokenSource): Promise<string> {
  return typeof source === 'string' ? source : source();
}
