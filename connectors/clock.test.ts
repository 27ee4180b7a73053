import { systemClock } from './clock.ts';

describe('the system clock', () => {
  test('ends a sleep at its time, or at once when it is aborted, and never throws', async () => {
    const before = systemClock.now();
    await systemClock.sleep(1, new AbortController().signal);
    await systemClock.sleep(1_000_000, AbortSignal.abort());
    const controller = new AbortController();
    const sleeping = systemClock.sleep(1_000_000, controller.signal);
    controller.abort();
    await sleeping;
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });
});
