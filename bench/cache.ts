import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createTestRedis } from '../test/kit/redis.ts';
import { openQuestion } from './cache/question.ts';
import type { Way } from './cache/server.ts';
import { openLoad } from './load/load.ts';
import { report } from './measure/report.ts';

/**
 * What a hit of the process level costs beside the least that it could cost: a look into a Map. First alone, then with a
 * node:http server around both that does nothing but send what was found.
 *
 *   node bench/cache.ts
 */
await using redis = await createTestRedis();
const { responses, question, body } = await openQuestion(redis.url);
const map = new Map([['/', body]]);
const looks = 2_000;
const rounds = 300;

/** Nanoseconds of one look in the quickest of many rounds: what is over that is the machine's other work. */
function cost(look: () => unknown): number {
  return Math.min(...Array.from({ length: rounds }, () => round(look) ?? Number.POSITIVE_INFINITY));
}

/** Between rounds the feed gets its turns: else it could not know that nothing was invalidated, and there were no hits. */
async function costOfHit(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < rounds; n++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    least = Math.min(least, round(() => responses.peek(question)) ?? least);
  }
  return least;
}

/** Undefined when not every look was a hit. */
function round(look: () => unknown): number | undefined {
  const from = process.hrtime.bigint();
  for (let n = 0; n < looks; n++) if (!look()) return undefined;
  return Number(process.hrtime.bigint() - from) / looks;
}

report({
  what: 'hit of the process cache, with its key and the answer around it',
  ours: { samples: [await costOfHit()], unit: 'ns' },
  reference: { name: 'a look into a Map', samples: [cost(() => map.get('/'))], unit: 'ns' },
});

await using load = await openLoad();

async function serve(way: Way): Promise<() => Promise<number>> {
  const server = fork(fileURLToPath(new URL('./cache/server.ts', import.meta.url)), [redis.url, way]);
  const [url] = (await once(server, 'message')) as [string];
  const order = { url, headers: {}, bodies: ['{}'], connections: 32, seconds: 2 };
  await load.fire(order);
  return async () => (await load.fire(order)).perSecond;
}

const [outOfMap, outOfCache] = [await serve('map'), await serve('cache')];
const pairs: { readonly map: number; readonly hit: number }[] = [];
// In turns, so that what disturbs the machine disturbs both.
while (pairs.length < 5) pairs.push({ map: await outOfMap(), hit: await outOfCache() });
report({
  what: '  under node:http that does nothing else',
  ours: { samples: pairs.map(({ hit }) => hit), unit: '/s' },
  reference: { name: 'node:http out of a Map', samples: pairs.map(({ map }) => map), unit: '/s' },
});
process.exit();
