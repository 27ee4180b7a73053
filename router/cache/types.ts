import type { Principal } from '../../platform/identity/principal.ts';
import type { ExecutedResult, PlannedOperation, Variables } from '../federation/types.ts';
import type { RouterAnswer } from '../types.ts';

/** What an answer is found by: the operation on its supergraph, the variables, and what the caller may see. */
export interface Question {
  readonly planned: PlannedOperation;
  /** Checked, with defaults and claims filled in; the order of keys does not matter. */
  readonly variables: Variables;
  readonly principal: Principal;
  /** Whether the answer tells how the cache answered. */
  readonly inspect: boolean;
}

/** Answers as bytes. Asks nobody for permission: the caller has been found allowed before. */
export interface ResponseCache {
  /**
   * The answer when this process holds it and may trust it: synchronous, nothing parsed, nothing encoded.
   * Undefined says nothing about Redis: go on with `answer`.
   */
  peek(question: Question): RouterAnswer | undefined;
  /**
   * From the process, else from Redis, else by `execute`, which all who ask the same at once share: its signal ends when
   * none of them waits any more. Operations that may not be kept are executed for each caller.
   * Rejects only when `execute` does, or with the reason of the caller's `signal`.
   */
  answer(
    question: Question,
    execute: (signal: AbortSignal) => Promise<ExecutedResult>,
    signal?: AbortSignal,
  ): Promise<RouterAnswer>;
}

/** The GraphQL response as the router sends it: JSON without top-level `extensions`. */
export interface EncodedAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly error?: RouterAnswer['error'];
}
