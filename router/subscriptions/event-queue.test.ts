import type { EncodedEvent } from '../types.ts';
import { gapNotice } from './encode-event.ts';
import { createEventQueue, type EventQueueOptions } from './event-queue.ts';

const event = (n: number, key?: string): EncodedEvent => ({
  payload: Buffer.from(`${n}`.padStart(10)),
  event: { data: { n } },
  cursor: `${n}`,
  key,
  gap: undefined,
  atMs: n * 1_000,
});

function queueOf(events: readonly EncodedEvent[], options: Partial<EventQueueOptions> = {}) {
  const queue = createEventQueue({ sinceMs: 0, ...options });
  for (const each of events) queue.push(each);
  return queue;
}

function drain(queue: ReturnType<typeof queueOf>): readonly unknown[] {
  const taken: unknown[] = [];
  for (let next = queue.take(); next; next = queue.take()) taken.push(next.gap ?? next.event.data?.['n']);
  return taken;
}

const gap = (from: number, to: number, count: number) => ({
  from: new Date(from * 1_000).toISOString(),
  to: new Date(to * 1_000).toISOString(),
  reason: `The connection was too slow for ${count} events.`,
});

test('within its bounds every event waits, in order', () => {
  const queue = queueOf([1, 2, 3].map((n) => event(n)));
  expect(queue.size).toBe(3);
  expect(drain(queue)).toEqual([1, 2, 3]);
  expect(queue.size).toBe(0);
});

test('events of one key replace each other, and stand where the newest came', () => {
  expect(drain(queueOf([event(1, 'a'), event(2, 'b'), event(3, 'a')]))).toEqual([2, 3]);
});

// Proves: live.slow-client
test('over the number, what waited gives way to one notice from the last event given to the last one dropped', () => {
  const queue = queueOf(
    [1, 2, 3, 4].map((n) => event(n)),
    { maxEvents: 3 },
  );
  expect(queue.size).toBe(2);
  expect(drain(queue)).toEqual([gap(0, 3, 3), 4]);
});

test('a gap that goes on is one gap', () => {
  const queue = queueOf(
    [1, 2, 3, 4, 5, 6, 7].map((n) => event(n)),
    { maxEvents: 2 },
  );
  expect(drain(queue)).toEqual([gap(0, 6, 6), 7]);
});

test('the notice has the cursor of the last event dropped', () => {
  const queue = queueOf(
    [1, 2].map((n) => event(n)),
    { maxEvents: 1 },
  );
  const notice = queue.take();
  expect(notice?.cursor).toBe('1');
  expect(JSON.parse(String(notice?.payload))).toMatchObject({ data: null, extensions: { cursor: '1' } });
});

test('a second gap begins where the events after the first one ended', () => {
  const queue = queueOf(
    [1, 2, 3].map((n) => event(n)),
    { maxEvents: 2 },
  );
  expect([queue.take()?.gap, queue.take()?.cursor]).toEqual([gap(0, 2, 2), '3']);
  for (const n of [4, 5, 6]) queue.push(event(n));
  expect(drain(queue)).toEqual([gap(3, 5, 2), 6]);
});

test('over the bytes likewise', () => {
  expect(
    drain(
      queueOf(
        [1, 2, 3].map((n) => event(n)),
        { maxBytes: 25 },
      ),
    ),
  ).toEqual([gap(0, 2, 2), 3]);
});

test('what is replaced does not count against the bytes', () => {
  const queue = queueOf(
    [1, 2, 3, 4, 5].map((n) => event(n, 'a')),
    { maxBytes: 25 },
  );
  expect(drain(queue)).toEqual([5]);
});

test('a notice of the source that is dropped lends its beginning to the new one', () => {
  const earlier = { from: '1970-01-01T00:00:00.500Z', to: '1970-01-01T00:00:01.000Z', reason: 'Trimmed.' };
  const queue = queueOf([gapNotice(earlier, '1', 1_000), event(2), event(3)], { maxEvents: 2, sinceMs: 900 });
  expect(queue.take()?.gap).toMatchObject({ from: earlier.from, to: '1970-01-01T00:00:02.000Z' });
});
