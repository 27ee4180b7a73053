import { backoffMs } from './backoff.ts';

test('each crash doubles the wait, up to half a minute', () => {
  expect([0, 1, 2, 5, 6, 7, 100].map(backoffMs)).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000]);
});
