import { createDataClock } from './data-clock.ts';

test('the data clock is the wall clock, or that of a source which is ahead of it', () => {
  let [wall, source] = [100, 500];
  const clock = createDataClock(() => wall);
  expect(clock.now()).toBe(100);
  clock.follow(() => source);
  expect(clock.now()).toBe(500);
  wall = 900;
  expect(clock.now()).toBe(900);
  source = 1_000;
  expect(clock.now()).toBe(1_000);
});
