import { createLifecycle } from './lifecycle.ts';

test('what was opened last closes first, one after another', async () => {
  const closed: string[] = [];
  const lifecycle = createLifecycle();
  lifecycle.use('pool', {
    async [Symbol.asyncDispose]() {
      closed.push('pool');
    },
  });
  lifecycle.defer('server', async () => {
    closed.push('server begins');
    await Promise.resolve();
    closed.push('server ends');
  });
  expect(lifecycle.closing).toBe(false);
  expect(await lifecycle.close()).toEqual({ hung: [], failed: [] });
  expect(closed).toEqual(['server begins', 'server ends', 'pool']);
  expect(lifecycle.closing).toBe(true);
});

test('closing again gives the same report and closes nothing twice', async () => {
  let closed = 0;
  const lifecycle = createLifecycle();
  lifecycle.defer('once', () => closed++);
  expect(await lifecycle.close()).toBe(await lifecycle.close());
  await lifecycle[Symbol.asyncDispose]();
  expect(closed).toBe(1);
});

test('what hangs is named and passed over, and what fails does not keep the rest open', async () => {
  const said: string[] = [];
  const lifecycle = createLifecycle({ deadlineMs: 10, log: (message) => said.push(message) });
  const error = new Error('no');
  let closed = false;
  lifecycle.defer('database', () => {
    closed = true;
  });
  lifecycle.defer('server', () => new Promise(() => undefined));
  lifecycle.defer('cache', () => Promise.reject(error));
  lifecycle.defer('feed', () => {
    throw error;
  });
  expect(await lifecycle.close()).toEqual({
    hung: ['server'],
    failed: [
      { name: 'feed', error },
      { name: 'cache', error },
    ],
  });
  expect(closed).toBe(true);
  expect(said).toEqual([
    'feed failed to close.',
    'cache failed to close.',
    'server did not close within 0.01 s and is left.',
  ]);
});

test('a resource may have a deadline of its own', async () => {
  const lifecycle = createLifecycle({ deadlineMs: 60_000 });
  lifecycle.defer('server', () => new Promise(() => undefined), { deadlineMs: 1 });
  expect(await lifecycle.close()).toMatchObject({ hung: ['server'] });
});

test('what is opened while the rest closes, or after, is closed too', async () => {
  const closed: string[] = [];
  const lifecycle = createLifecycle();
  lifecycle.defer('first', () => {
    closed.push('first');
    lifecycle.defer('late', () => closed.push('late'));
  });
  await lifecycle.close();
  expect(closed).toEqual(['first', 'late']);
  lifecycle.defer('very late', () => closed.push('very late'));
  await lifecycle.close();
  expect(closed).toEqual(['first', 'late', 'very late']);
});
