import type { CacheOutcome, RouterAnswer } from '../types.ts';

/**
 * The answer with `extensions.cache` for those who may see it. The bytes are spliced, not parsed: `body` is a JSON object
 * without `extensions`. It has a validator of its own, and no gzipped twin.
 */
export function withInspection(answer: RouterAnswer): RouterAnswer {
  const { body, cache, gzip: _gzip, ...rest } = answer;
  const shown = JSON.stringify(show(cache));
  return {
    ...rest,
    cache,
    body: Buffer.concat([body.subarray(0, -1), Buffer.from(`,"extensions":{"cache":${shown}}}`)]),
    maxAgeSeconds: 0,
    etag: `${answer.etag.slice(0, -1)}.${Buffer.from(shown).toString('base64url')}"`,
  };
}

function show(outcome: CacheOutcome): object {
  switch (outcome.kind) {
    case 'hit':
      return { hit: true, level: outcome.level, ageMs: Math.round(outcome.ageMs), stale: outcome.stale };
    case 'miss':
      return { hit: false };
    case 'uncacheable':
      return { hit: false, cacheable: false };
  }
}
