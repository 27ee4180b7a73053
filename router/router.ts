import type { GraphQLScalarType } from 'graphql';
import { EaioError } from '../platform/errors/eaio-error.ts';
import { deadline } from '../platform/lifecycle/deadline.ts';
import { type PrincipalLimits, retryAfterSeconds } from '../platform/limits/principal-limits.ts';
import { standardScalars } from '../platform/subgraph/scalars.ts';
import type { SubgraphExecutor } from '../platform/subgraph/types.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import { childTraceparent } from '../platform/telemetry/traceparent.ts';
import { encodeResult, refusal } from './answers.ts';
import type { RouterAudit } from './audit.ts';
import type { EncodedAnswer, Question, ResponseCache } from './cache/types.ts';
import { costOfQuestion } from './cost-of-question.ts';
import { createExecutor } from './federation/executor.ts';
import type { TextSource } from './federation/text-source.ts';
import type { ExecutedResult, Executor } from './federation/types.ts';
import type { CategoryTtls } from './operations/cache-policy.ts';
import { type AdHocMode, findOperation } from './operations/find-operation.ts';
import { defaultLimits, type OperationLimits, refuseCost } from './operations/limits.ts';
import { createLiveOperations, type ReloadOutcome } from './operations/live-operations.ts';
import { refuseScopes, refuseVariables } from './operations/refusals.ts';
import type { RouterMetrics } from './router-metrics.ts';
import { createPlaces, leavingPlace } from './subscriptions/places.ts';
import type { Hub } from './subscriptions/types.ts';
import type { Router, RouterAnswer, RouterRequest, SubscribeResult } from './types.ts';

export interface RouterOptions {
  /** The composed SDL; watched when the source can be. */
  readonly supergraph: TextSource;
  /** The persisted operations; likewise. */
  readonly manifest: TextSource;
  /** Each subgraph by name, in process or remote. */
  readonly subgraph: (name: string) => SubgraphExecutor | undefined;
  readonly cache: (encode: (result: ExecutedResult) => EncodedAnswer) => ResponseCache;
  readonly hub: (executor: Executor) => Hub;
  /** `subscribe` in terms of `attach`: the events of a stream one by one, bounded. */
  readonly iterate: (attach: Router['attach'], request: RouterRequest) => Promise<SubscribeResult>;
  /** Seconds for which answers of each `@cacheControl` category are kept. */
  readonly cacheTtlSeconds: CategoryTtls;
  /** Judge variables before any subgraph sees them; default the kit's. */
  readonly scalars?: Readonly<Record<string, GraphQLScalarType>> | undefined;
  /** Who may send texts of their own; default `explorers`. */
  readonly adHoc?: AdHocMode | undefined;
  readonly limits?: OperationLimits | undefined;
  /** Plans of ad-hoc texts that are remembered; default 1,000. */
  readonly maxAdHocPlans?: number | undefined;
  /** For one query or mutation; what is not there by then is an error in its place. Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** What each principal may ask in a time; without it as much as they like. */
  readonly principalLimits?: PrincipalLimits | undefined;
  /** Streams that a principal may hold open in this process; default as many as they like. */
  readonly maxStreams?: number | undefined;
  /** What is done and refused goes on record there; without it nothing does. */
  readonly audit?: RouterAudit | undefined;
  readonly log: Logger;
  readonly metrics: RouterMetrics;
}

type Resolved =
  | { readonly ok: true; readonly question: Question }
  | { readonly ok: false; readonly answer: RouterAnswer };

/** Rejects when the first supergraph or manifest can't be loaded. Operations that don't fit the graph are logged and left out. */
export async function createRouter(options: RouterOptions): Promise<Router> {
  const {
    log,
    metrics,
    audit,
    principalLimits,
    adHoc = 'explorers',
    limits = defaultLimits,
    timeoutMs = 30_000,
  } = options;
  const listeners = new Set<() => void>();
  const operations = await createLiveOperations({
    supergraph: options.supergraph,
    manifest: options.manifest,
    ttls: options.cacheTtlSeconds,
    scalars: options.scalars ?? standardScalars,
    limits,
    maxAdHocPlans: options.maxAdHocPlans ?? 1_000,
    onReload(outcome) {
      tellOfReload(outcome);
      if (outcome.ok) for (const listener of listeners) listener();
    },
  });
  const executor = createExecutor({
    subgraph: options.subgraph,
    onSubgraphError(subgraph, error) {
      metrics.subgraphError(subgraph);
      log.warn({ subgraph, err: error }, 'A subgraph did not answer.');
    },
  });
  const onFault = (error: EaioError) =>
    log.error({ err: error.cause ?? error, ...error.extensions }, 'A fault of ours.');
  const cache = options.cache((result) => encodeResult(result, onFault));
  const hub = options.hub(executor);
  const places = createPlaces(options.maxStreams ?? Number.POSITIVE_INFINITY);
  const refuse = (...errors: readonly unknown[]): Resolved & { ok: false } => ({
    ok: false,
    answer: refusal(errors, onFault),
  });
  tellOfReload({ ok: true, generation: operations.current() });

  function tellOfReload(outcome: ReloadOutcome): void {
    metrics.reload(outcome);
    if (!outcome.ok) {
      log.error(
        { err: outcome.error },
        'The new graph or manifest is no good: the last good one stays in service.',
      );
      return;
    }
    const { supergraph, catalogue } = outcome.generation;
    for (const { file, message } of catalogue.faults)
      log.error({ file }, `An operation does not fit the graph and is left out: ${message}`);
    log.info(
      { supergraph: supergraph.hash.slice(0, 12), operations: catalogue.operations.size },
      'Graph and operations are in service.',
    );
  }

  /** Everything that can refuse a request before any work is done for it, in the order of the design: permission first. */
  function resolve(
    { operation: reference, variables = {}, principal, readOnly, inspect = true }: RouterRequest,
    wanted: 'answer' | 'stream',
  ): Resolved {
    const found = findOperation(operations.current(), reference, principal, adHoc);
    if (!found.ok) return refuse(...found.errors);
    const { planned, checkVariables } = found.operation;
    const forbidden = refuseScopes(planned, principal);
    if (forbidden) return refuse(forbidden);
    if ((planned.kind === 'subscription') !== (wanted === 'stream')) return refuse(wrongDoor(planned.kind));
    if (readOnly && planned.kind !== 'query')
      return refuse(
        new EaioError('METHOD_NOT_ALLOWED', 'A mutation must be sent by POST; GET changes nothing.'),
      );
    const checked = checkVariables(variables, principal);
    if (!checked.ok) return refuse(refuseVariables(checked.faults));
    const tooDear = found.adHoc ? refuseCost(planned.costWith(checked.variables), limits) : null;
    if (tooDear) return refuse(tooDear);
    const question = {
      planned,
      variables: checked.variables,
      principal,
      inspect: inspect && principal.scopes.has('cache:inspect'),
    };
    return { ok: true, question };
  }

  async function execute(
    question: Question,
    request: RouterRequest,
    signal: AbortSignal,
  ): Promise<ExecutedResult> {
    const { planned, variables, principal } = question;
    using _timer = metrics.execution(planned);
    using limit = deadline(timeoutMs, signal);
    const run = () =>
      executor.execute(planned, variables, {
        principal,
        traceparent: childTraceparent(request.traceparent),
        signal: limit.signal,
      });
    return planned.kind === 'mutation' && audit ? await audit.mutation(request, planned, run) : await run();
  }

  function refused(request: RouterRequest, answer: RouterAnswer): RouterAnswer {
    audit?.refused(request, answer);
    return answer;
  }

  function overLimit(error: EaioError): RouterAnswer {
    return { ...refusal([error], onFault), retryAfterSeconds: retryAfterSeconds(error) };
  }

  const router: Router = {
    answerNow(request) {
      const resolved = resolve(request, 'answer');
      if (!resolved.ok) return refused(request, resolved.answer);
      const held = cache.peek(resolved.question);
      if (held === undefined || principalLimits === undefined) return held;
      const { subject } = request.principal;
      const over = principalLimits.takeNow(subject, costOfQuestion(resolved.question));
      return over === undefined ? undefined : over === null ? held : overLimit(over);
    },

    async execute(request) {
      const resolved = resolve(request, 'answer');
      if (!resolved.ok) return refused(request, resolved.answer);
      const { question } = resolved;
      const over = await principalLimits?.take(request.principal.subject, costOfQuestion(question));
      if (over) return overLimit(over);
      const held = cache.peek(question);
      if (held) return held;
      try {
        return await cache.answer(question, (signal) => execute(question, request, signal), request.signal);
      } catch (error) {
        return refusal([error], onFault);
      }
    },

    async attach(request, subscriber) {
      const resolved = resolve(request, 'stream');
      if (!resolved.ok) return { ok: false, answer: refused(request, resolved.answer) };
      const { after, traceparent, principal } = request;
      const over = await principalLimits?.take(principal.subject, costOfQuestion(resolved.question));
      if (over) return { ok: false, answer: overLimit(over) };
      const place = places.take(principal.subject);
      if (place instanceof EaioError) return { ok: false, answer: overLimit(place) };
      const attached = await hub.attach(
        { ...resolved.question, after, traceparent },
        leavingPlace(subscriber, place),
      );
      if (attached.ok) {
        return {
          ok: true,
          leave() {
            place.leave();
            attached.leave();
          },
        };
      }
      place.leave();
      return refuse(...(attached.result.errors ?? []));
    },

    subscribe: (request) => options.iterate(router.attach, request),
    operations: () => operations.current().catalogue,
    schema: () => operations.current().supergraph.schema,
    onReload(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      operations[Symbol.dispose]();
      listeners.clear();
      await hub[Symbol.asyncDispose]();
    },
  };
  return router;
}

function wrongDoor(kind: string): EaioError {
  return kind === 'subscription'
    ? new EaioError(
        'BAD_REQUEST',
        'A subscription needs a stream: open it by WebSocket (graphql-transport-ws) or by server-sent events.',
      )
    : new EaioError(
        'BAD_REQUEST',
        `Only a subscription can be streamed; this is a ${kind}: send it as a request of its own.`,
      );
}
