import { once } from 'node:events';
import { deadline } from './deadline.ts';

test('it aborts when the time is over', async () => {
  using limit = deadline(5);
  await once(limit.signal, 'abort');
  expect(limit.signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('it aborts with its parent, for the same reason, also one that has aborted before', () => {
  const parent = new AbortController();
  using limit = deadline(60_000, parent.signal);
  expect(limit.signal.aborted).toBe(false);
  parent.abort(new Error('gone'));
  expect(limit.signal.reason).toEqual(new Error('gone'));
  using late = deadline(60_000, parent.signal);
  expect(late.signal.reason).toEqual(new Error('gone'));
});

test('when it is disposed of it hears of neither any more', () => {
  const parent = new AbortController();
  const limit = deadline(60_000, parent.signal);
  limit[Symbol.dispose]();
  parent.abort();
  expect(limit.signal.aborted).toBe(false);
});
