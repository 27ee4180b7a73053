import { createResponseCache } from '../../router/cache/response-cache.ts';
import type { Question } from '../../router/cache/types.ts';
import { loadSupergraph } from '../../router/federation/supergraph.ts';
import { planText } from '../../router/federation/test/plan.ts';
import { openEdge } from '../../test/cache/ground.ts';
import { principalFor } from '../../test/kit/token.ts';
import { until } from '../../test/kit/wait.ts';
import { createSensors } from '../../test/subscriptions/sensors.ts';

/** A response cache on Redis and the bus that holds the answer to one question, with tags and variables as they are in life. */
export async function openQuestion(url: string) {
  const { cache } = openEdge(url);
  const body = Buffer.from(JSON.stringify({ data: { sensor: { id: 's1', room: 'x'.repeat(300) } } }));
  const responses = createResponseCache({ cache, encode: () => ({ status: 200, body }) });
  const supergraph = loadSupergraph(createSensors().sdl);
  const planned = planText(supergraph, 'query Sensor($id: ID!) { sensor(id: $id) { id room } }');
  const kept = { cacheable: true, category: 'READINGS', ttlSeconds: 3_600 };
  const question: Question = {
    planned: { ...planned, cache: kept },
    variables: { id: 's1' },
    principal: principalFor('viewer'),
    inspect: false,
  };
  await until(() => cache.health().status === 'ok', { what: 'the cache to follow the bus' });
  const tags = ['energy:s1', 'energy:s2', 'energy'];
  const ask = () =>
    responses.answer(question, async () => ({ data: { sensor: { id: 's1' } }, extensions: { tags } }));
  await ask();
  return { responses, question, body, ask };
}
