import type { EncodedEvent } from '../types.ts';
import { createHistory, type HistoryOptions } from './history.ts';

const event = (n: number, key?: string): EncodedEvent => ({
  payload: Buffer.alloc(10),
  event: { data: { n } },
  cursor: `${n}`,
  key,
  gap: undefined,
  atMs: n,
});

function historyOf(events: readonly EncodedEvent[], options: HistoryOptions = {}) {
  const history = createHistory(options);
  for (const each of events) history.push(each);
  return history;
}
const places = (events: readonly EncodedEvent[] | undefined) => events?.map(({ cursor }) => cursor);

test('tells what came behind a cursor', () => {
  const history = historyOf([1, 2, 3].map((n) => event(n)));
  expect(places(history.after('1'))).toEqual(['2', '3']);
  expect(places(history.after('3'))).toEqual([]);
  expect(history.after('0')).toBeUndefined();
});

test.each([
  ['number', { maxEvents: 2 }],
  ['bytes', { maxBytes: 25 }],
])('forgets the oldest over the %s, and knows that it did', (_, bounds) => {
  const history = historyOf([event(1), event(2)], bounds);
  expect(places(history.whole())).toEqual(['1', '2']);
  history.push(event(3));
  expect(history.whole()).toBeUndefined();
  expect(history.after('1')).toBeUndefined();
  expect(places(history.after('2'))).toEqual(['3']);
});

test('of events with a key it holds the newest of each, and these are what a new subscriber begins with', () => {
  const history = historyOf([event(1, 'a'), event(2, 'b'), event(3, 'a')]);
  expect(places(history.latest())).toEqual(['2', '3']);
  expect(places(historyOf([event(1), event(2)]).latest())).toEqual([]);
});

test('for events with a key an old cursor is as good as any: the newest say it all', () => {
  const history = historyOf([event(1, 'a'), event(2, 'b'), event(3, 'a')]);
  expect(places(history.after('2'))).toEqual(['3']);
  expect(places(history.after('unknown'))).toEqual(['2', '3']);
});
