import { type DocumentNode, print } from 'graphql';
import type { Client } from 'graphql-ws';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { Principal } from '../../../platform/identity/principal.ts';
import { deadline } from '../../../platform/lifecycle/deadline.ts';
import type { SubgraphExecutor, SubgraphRequest } from '../../../platform/subgraph/types.ts';
import { unavailable } from '../unavailable.ts';
import { pickInstance } from './balancer.ts';
import { startHealthChecks } from './health-checks.ts';
import { createInstance, type Instance } from './instance.ts';
import { mayRepeat, type Sent, send } from './request.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createStreamClient, openStream } from './stream.ts';

export interface RemoteSubgraphOptions {
  readonly name: string;
  /** GraphQL addresses of its instances; one at least. */
  readonly urls: readonly string[];
  /** A short-lived token of the router's own that says who asks; the caller's never leaves the edge. */
  readonly tokenFor: (principal: Principal) => Promise<string>;
  /** Told when an instance is taken out of use or back in. */
  readonly onHealthChange?:
    | ((instance: { readonly url: string; readonly healthy: boolean }) => void)
    | undefined;
  /** Told why a stream's connection was lost; the stream goes on elsewhere. */
  readonly onStreamLost?: ((loss: { readonly url: string; readonly reason: unknown }) => void) | undefined;
  /** For one try; default 5 s. */
  readonly tryTimeoutMs?: number | undefined;
  /** For all tries together; default 10 s. */
  readonly timeoutMs?: number | undefined;
  /** How often a safe read is tried again at most; default 2. */
  readonly maxRetries?: number | undefined;
  /** Default 128 an instance. */
  readonly connections?: number | undefined;
  readonly healthIntervalMs?: number | undefined;
  /** How long a lost stream is tried for again; default 30 s. */
  readonly giveUpAfterMs?: number | undefined;
  /** Unix milliseconds. */
  readonly clock?: (() => number) | undefined;
}

export interface RemoteSubgraph extends SubgraphExecutor, AsyncDisposable {
  /** Instances that take requests now, of how many. */
  readonly health: () => { readonly up: number; readonly of: number };
}

const breaker = { maxFailures: 5, openMs: 1_000, maxOpenMs: 30_000 };

/**
 * A subgraph in other processes. Requests go to the least busy healthy instance; an instance that fails five times in a row
 * is left alone for a while. Queries that failed without an answer are tried again elsewhere, as long as retries stay a tenth
 * of the requests; mutations never. Rejects with SUBGRAPH_UNAVAILABLE or TIMEOUT when there is no answer.
 */
export function createRemoteSubgraph(options: RemoteSubgraphOptions): RemoteSubgraph {
  const {
    name,
    urls,
    tokenFor,
    onHealthChange = () => {},
    onStreamLost = () => {},
    clock = Date.now,
  } = options;
  const { tryTimeoutMs = 5_000, timeoutMs = 10_000, maxRetries = 2, connections = 128 } = options;
  const instances = urls.map((url) =>
    createInstance({ url, connections, connectTimeoutMs: 1_000, breaker, clock }),
  );
  const budget = createRetryBudget({ share: 0.1, reserve: 10 });
  const streams = new Map<Instance, Client>();
  const texts = new WeakMap<DocumentNode, string>();
  const checks = startHealthChecks({
    instances,
    intervalMs: options.healthIntervalMs ?? 2_000,
    timeoutMs: 1_000,
    path: '/health/ready',
    onChange: ({ url, healthy }) => onHealthChange({ url: url.href, healthy }),
  });

  const bearerFor = async (principal: Principal) => `Bearer ${await tokenFor(principal)}`;

  function textOf(query: string | DocumentNode): string {
    if (typeof query === 'string') return query;
    const text = texts.get(query) ?? print(query);
    texts.set(query, text);
    return text;
  }

  function choose(tried: ReadonlySet<Instance>): Instance {
    const instance = pickInstance(instances, tried);
    if (!instance)
      throw new EaioError('SUBGRAPH_UNAVAILABLE', `No instance of the subgraph "${name}" can be had now.`);
    instance.breaker.begin();
    return instance;
  }

  async function attempt(
    instance: Instance,
    request: SubgraphRequest,
    authorization: string,
    overall: AbortSignal,
  ): Promise<Sent> {
    using limit = deadline(tryTimeoutMs, overall);
    const { signal } = limit;
    instance.outstanding += 1;
    try {
      return await send(instance, { ...request, signal }, textOf(request.query), authorization);
    } finally {
      instance.outstanding -= 1;
    }
  }

  return {
    async execute(request) {
      using limit = deadline(timeoutMs, request.signal);
      const overall = limit.signal;
      const tried = new Set<Instance>();
      const authorization = await bearerFor(request.principal);
      budget.deposit();
      for (;;) {
        const instance = choose(tried);
        const sent = await attempt(instance, request, authorization, overall);
        if (sent.ok) {
          instance.breaker.succeed();
          return sent.result;
        }
        // Whoever asked went away: that says nothing of the instance.
        if (request.signal?.aborted) {
          instance.breaker.forget();
          throw request.signal.reason;
        }
        instance.breaker.fail();
        tried.add(instance);
        const again =
          tried.size <= maxRetries && !overall.aborted && mayRepeat(request.query, sent) && budget.withdraw();
        if (!again) throw sent.error;
      }
    },

    async subscribe(request) {
      return openStream(request, {
        connect() {
          const instance = choose(new Set());
          const client =
            streams.get(instance) ?? createStreamClient(instance.url, () => bearerFor(request.principal));
          streams.set(instance, client);
          return {
            client,
            opened: instance.breaker.succeed,
            lost(reason) {
              instance.breaker.fail();
              onStreamLost({ url: instance.url.href, reason });
            },
          };
        },
        text: textOf,
        bearerFor: ({ principal }) => bearerFor(principal),
        giveUpAfterMs: options.giveUpAfterMs ?? 30_000,
        maxQueued: 1_000,
        lost: () =>
          unavailable({ subgraph: name, document: undefined, entities: undefined, error: undefined }),
      });
    },

    health: () => ({
      up: instances.filter(({ healthy, breaker: { phase } }) => healthy && phase === 'closed').length,
      of: instances.length,
    }),

    async [Symbol.asyncDispose]() {
      checks[Symbol.dispose]();
      await Promise.all([...streams.values()].map((client) => client.dispose()));
      await Promise.all(instances.map((instance) => instance[Symbol.asyncDispose]()));
    },
  };
}
