import {
  EaioError,
  errorOf,
  type GraphQLFault,
  PartialAnswer,
  RateLimited,
  TimedOut,
  Unavailable,
} from './errors.ts';
import type { AnyOperation } from './operation.ts';
import { type CallOptions, type ClientOptions, tokenOf } from './options.ts';
import { backoffMs, pause } from './pause.ts';

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFault[];
}
interface Reply {
  readonly answer: Answer;
  readonly status: number;
  readonly retryAfterMs: number | null;
}

export type Execute = (
  operation: AnyOperation,
  variables: unknown,
  options?: CallOptions,
) => Promise<unknown>;

/** Queries and mutations over HTTP: ids in place of texts, safe retries, timeouts, typed errors, batching. */
export function createExecute(options: ClientOptions): Execute {
  const { timeoutMs: defaultTimeoutMs = 30_000, retries = 2, fetch: doFetch = fetch } = options;
  const endpoint = `${options.url.replace(/\/+$/, '')}/graphql`;

  const post = async (
    body: unknown,
    signal: AbortSignal,
  ): Promise<{ status: number; json: unknown; retryAfterMs: number | null }> => {
    const response = await doFetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
        authorization: `Bearer ${await tokenOf(options.token)}`,
      },
      body: JSON.stringify(body),
      signal,
    });
    const text = await response.text();
    const seconds = Number(response.headers.get('retry-after'));
    return {
      status: response.status,
      json: parsed(text),
      retryAfterMs: seconds > 0 ? seconds * 1_000 : null,
    };
  };
  const single = async (body: unknown, signal: AbortSignal): Promise<Reply> => {
    const { status, json, retryAfterMs } = await post(body, signal);
    return { answer: asAnswer(json), status, retryAfterMs };
  };
  const send = options.batch ? createBatcher(options.batch.maxSize, post, single, defaultTimeoutMs) : single;

  const once = async (
    operation: AnyOperation,
    body: unknown,
    signal: AbortSignal,
    onPartial: CallOptions['onPartial'],
  ): Promise<unknown> => {
    const { answer, status, retryAfterMs } = await (operation.type === 'query' ? send : single)(body, signal);
    const errors = answer.errors ?? [];
    if (answer.data === undefined || answer.data === null) throw errorOf(errors, status, retryAfterMs);
    if (errors.length === 0) return answer.data;
    if (!onPartial) throw new PartialAnswer(answer.data, errors);
    onPartial(errors);
    return answer.data;
  };

  return async (operation, variables, call = {}) => {
    const limit = AbortSignal.timeout(call.timeoutMs ?? defaultTimeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
    const body = {
      variables: variables ?? {},
      extensions: { persistedQuery: { version: 1, sha256Hash: operation.id } },
    };
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(operation, body, signal, call.onPartial);
      } catch (thrown) {
        const error = asError(thrown, call.signal, limit, operation.name);
        const mayTryAgain =
          operation.type === 'query' &&
          attempt < retries &&
          error instanceof EaioError &&
          error.retryable &&
          !signal.aborted;
        if (!mayTryAgain) throw error;
        await pause(error instanceof RateLimited ? error.retryAfterMs : backoffMs(attempt), signal).catch(
          () => {
            throw asError(signal.reason, call.signal, limit, operation.name);
          },
        );
      }
    }
  };
}

type Post = (
  body: unknown,
  signal: AbortSignal,
) => Promise<{ status: number; json: unknown; retryAfterMs: number | null }>;
type Send = (body: unknown, signal: AbortSignal) => Promise<Reply>;

/** Collects what is asked within one turn of the event loop into one request. */
function createBatcher(maxSize: number, post: Post, single: Send, timeoutMs: number): Send {
  interface Waiting {
    readonly body: unknown;
    readonly signal: AbortSignal;
    readonly resolve: (reply: Reply) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];

  const flush = (batch: readonly Waiting[]) => {
    const alive = batch.filter((one) => !one.signal.aborted);
    const [only] = alive;
    if (!only) return;
    if (alive.length === 1) {
      single(only.body, only.signal).then(only.resolve, only.reject);
      return;
    }
    // One caller's abort must not cost the others their answers: each waits on its own, the request has its own limit.
    post(
      alive.map((one) => one.body),
      AbortSignal.timeout(timeoutMs),
    ).then(
      ({ status, json, retryAfterMs }) => {
        alive.forEach((one, index) => {
          const answer = Array.isArray(json) ? json[index] : json;
          one.resolve({ answer: asAnswer(answer), status, retryAfterMs });
        });
      },
      (error: unknown) => {
        for (const one of alive) one.reject(error);
      },
    );
  };

  return (body, signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (waiting.push({ body, signal, resolve, reject }) === 1) {
        setTimeout(() => {
          const batch = waiting;
          waiting = [];
          for (let start = 0; start < batch.length; start += maxSize)
            flush(batch.slice(start, start + maxSize));
        });
      }
    });
}

function asAnswer(json: unknown): Answer {
  return typeof json === 'object' && json !== null ? json : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The caller's own abort stays as it is; a limit is TimedOut; whatever fetch throws means that nobody answered. */
function asError(thrown: unknown, own: AbortSignal | undefined, limit: AbortSignal, name: string): unknown {
  if (thrown instanceof EaioError) return thrown;
  if (own?.aborted) return own.reason;
  if (limit.aborted)
    return new TimedOut(`${name} took longer than allowed.`, { code: 'TIMEOUT', cause: thrown });
  return new Unavailable(`The server can't be reached for ${name}.`, {
    code: 'UNREACHABLE',
    retryable: true,
    cause: thrown,
  });
}
