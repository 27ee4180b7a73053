import { createHash } from 'node:crypto';
import type { RouterEvent, RouterRequest } from '../../router/types.ts';
import { principalFor } from '../kit/token.ts';
import { take, until } from '../kit/wait.ts';
import { openStreamEdge, type SubscriptionGroundOptions, type TextName, texts } from './ground.ts';

const request = (name: TextName, more: Partial<RouterRequest> = {}): RouterRequest => ({
  operation: { id: createHash('sha256').update(texts[name]).digest('hex') },
  principal: principalFor('viewer'),
  ...more,
});

async function open(more: Partial<RouterRequest> = {}, options: SubscriptionGroundOptions = {}) {
  const it = await openStreamEdge(options);
  const subscribed = await it.router.subscribe(request('Notes', more));
  if (!subscribed.ok) throw new Error('It must open.');
  const { events } = subscribed;
  await until(() => it.sensors.readings.open === 1, { what: 'the source' });
  return { ...it, events, next: async () => (await take(events, 1, { what: 'an event' })).map(measured) };
}
const measured = ({ data, extensions }: RouterEvent) =>
  extensions?.gap ? 'gap' : (data?.['readings'] as { value: number } | undefined)?.value;

test('gives events as they come, or as they have come', async () => {
  await using it = await open();
  const first = it.next();
  it.sensors.readings.push(1, 2, 3);
  expect(await first).toEqual([1]);
  expect([await it.next(), await it.next()]).toEqual([[2], [3]]);
});

test('return ends it, the source and who waits', async () => {
  await using it = await open();
  const waiting = it.events.next();
  await it.events.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await it.events.next()).toEqual({ done: true, value: undefined });
  await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
});

test('the signal ends it, also one that had ended before', async () => {
  const ending = new AbortController();
  await using it = await open({ signal: ending.signal });
  ending.abort();
  expect(await it.events.next()).toEqual({ done: true, value: undefined });
  await until(() => it.sensors.readings.open === 0, { what: 'the source to stop' });
  const late = await it.router.subscribe(request('Notes', { signal: AbortSignal.abort() }));
  expect(late.ok && (await late.events.next())).toEqual({ done: true, value: undefined });
});

test('the end of the token ends it', async () => {
  let nowMs = Date.now();
  const principal = principalFor('viewer', { expiresAtMs: nowMs + 1_000 });
  await using it = await open({ principal }, { clock: () => nowMs, hub: { sweepMs: 10 } });
  nowMs += 1_001;
  expect(await it.events.next()).toEqual({ done: true, value: undefined });
});

test('behind the last event of the source it is done', async () => {
  await using it = await open();
  it.sensors.readings.push(1, 2);
  await until(() => it.hub.counts.subscribers === 1, { what: 'the events' });
  expect([await it.next(), await it.next()]).toEqual([[1], [2]]);
  it.sensors.readings.finish();
  expect(await it.events.next()).toEqual({ done: true, value: undefined });
});

// Proves: live.slow-client
test('a reader that is slow learns of its gap', async () => {
  await using it = await open();
  const quick = await it.router.subscribe(request('Notes'));
  if (!quick.ok) throw new Error('It must open.');
  const all = Array.from({ length: 4_200 }, (_, index) => index + 1);
  const reading = take(quick.events, 4_200, { what: 'all events' });
  it.sensors.readings.push(...all);
  expect((await reading).map(measured)).toEqual(all);
  const got = (await take(it.events, 105, { what: 'what is left' })).map(measured);
  // The first was handed over; of the others 4,096 may wait, and gave way to the notice when one more came.
  expect(got.slice(0, 3)).toEqual([1, 'gap', 4_098]);
  expect(got.at(-1)).toBe(4_200);
});

test('what the router refuses is an answer', async () => {
  await using it = await openStreamEdge();
  const refused = await it.router.subscribe(request('Refused'));
  expect(refused).toMatchObject({ ok: false, answer: { error: 'FORBIDDEN' } });
});
