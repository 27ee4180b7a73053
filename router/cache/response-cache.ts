import { etagOf } from '../../platform/cache/etag.ts';
import type { ByteCache, Computed, Fetched, Note } from '../../platform/cache/types.ts';
import type { ErrorCode } from '../../platform/errors/catalogue.ts';
import type { ExecutedResult } from '../federation/types.ts';
import type { CacheOutcome, RouterAnswer } from '../types.ts';
import { withInspection } from './inspection.ts';
import { questionKey } from './question-key.ts';
import type { EncodedAnswer, Question, ResponseCache } from './types.ts';
import { verdictOn } from './verdict.ts';

export interface ResponseCacheOptions {
  readonly cache: ByteCache;
  readonly encode: (result: ExecutedResult) => EncodedAnswer;
  /** For so long behind its time an answer is given out while a new one is made. Default: half of the time, at most a minute. */
  readonly staleMs?: (category: string, ttlMs: number) => number;
  /** How long "there is no such thing" is kept; default 5 s. */
  readonly negativeMs?: number;
}

interface AnswerNote extends Note {
  readonly status: number;
  readonly error: ErrorCode | '';
}

/** Answers of queries by what they depend on, for as long as their category says or until an event names one of their tags. */
export function createResponseCache(options: ResponseCacheOptions): ResponseCache {
  const { cache, encode, negativeMs = 5_000 } = options;
  const { staleMs = (_category, ttlMs) => Math.min(ttlMs / 2, 60_000) } = options;

  function compute(category: string, ttlSeconds: number, result: ExecutedResult): Computed {
    const { status, body, error = '' } = encode(result);
    const note: AnswerNote = { status, error };
    const made = { body, note, tags: result.extensions?.tags ?? [] };
    const ttlMs = ttlSeconds * 1_000;
    const verdict = verdictOn(result);
    switch (verdict) {
      case 'whole':
        return { ...made, ttlMs, staleMs: staleMs(category, ttlMs) };
      case 'negative':
        return { ...made, ttlMs: Math.min(ttlMs, negativeMs), staleMs: 0 };
      case 'faulty':
        return { ...made, ttlMs: 0, staleMs: 0 };
    }
  }

  function shown({ inspect }: Question, answer: RouterAnswer): RouterAnswer {
    return inspect ? withInspection(answer) : answer;
  }

  async function answerOnce(question: Question, result: ExecutedResult): Promise<RouterAnswer> {
    const { status, body, error } = encode(result);
    const etag = etagOf(body);
    return shown(question, { status, body, etag, cache: { kind: 'uncacheable' }, maxAgeSeconds: 0, error });
  }

  return {
    peek(question) {
      const { category } = question.planned.cache;
      if (category === null) return undefined;
      const found = cache.peek(questionKey(question), category);
      return found && shown(question, toAnswer(found));
    },

    async answer(question, execute, signal) {
      const { cacheable, category, ttlSeconds } = question.planned.cache;
      if (!cacheable || category === null || ttlSeconds === 0) {
        return await answerOnce(question, await execute(signal ?? new AbortController().signal));
      }
      const fetched = await cache.fetch(
        questionKey(question),
        category,
        async (abandoned) => compute(category, ttlSeconds, await execute(abandoned)),
        signal,
      );
      return shown(question, toAnswer(fetched));
    },
  };
}

function toAnswer(fetched: Fetched): RouterAnswer {
  const { entry, ageMs } = fetched;
  const { status, error } = entry.note as AnswerNote;
  // What an event can make stale must be asked for again each time: nobody could tell a client that it happened.
  const keepMs = entry.tags.length === 0 && error === '' ? entry.ttlMs - ageMs : 0;
  return {
    status,
    body: entry.body,
    gzip: entry.gzip,
    etag: entry.etag,
    cache: outcomeOf(fetched),
    maxAgeSeconds: Math.max(0, Math.floor(keepMs / 1_000)),
    error: error === '' ? undefined : error,
  };
}

function outcomeOf({ source, ageMs, stale }: Fetched): CacheOutcome {
  switch (source) {
    case 'process':
    case 'redis':
      return { kind: 'hit', level: source, ageMs, stale };
    case 'joined':
    case 'computed':
      return { kind: 'miss' };
  }
}
