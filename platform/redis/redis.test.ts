import { createTestRedis } from '../../test/kit/redis.ts';
import { createTcpProxy } from '../../test/kit/tcp-proxy.ts';
import { until, within } from '../../test/kit/wait.ts';
import { closeRedis, createRedis, duplicateForBlocking } from './redis.ts';
import { waitForRedis } from './wait.ts';

test('a command waits for a bounded time when Redis stands still', async () => {
  await using server = await createTestRedis();
  const redis = createRedis(server.url, { name: 'test', commandTimeoutMs: 500 });
  await redis.ping();
  server.pause();
  await expect(redis.get('a')).rejects.toThrow('Command timed out');
  server.resume();
  await until(() => redis.ping().catch(() => undefined), { what: 'Redis to answer again' });
  await closeRedis(redis);
});

test('it comes back by itself after a restart, and no error is left unheard', async () => {
  const lost: Error[] = [];
  await using server = await createTestRedis({ durable: true });
  const redis = createRedis(server.url, {
    name: 'test',
    commandTimeoutMs: 500,
    onError: (error) => lost.push(error),
  });
  await redis.set('a', '1');
  await server.stop();
  await expect(redis.get('a')).rejects.toThrow();
  await until(() => lost.length > 0, { what: 'an error event' });
  await server.start();
  expect(await until(() => redis.get('a').catch(() => undefined), { what: 'the value' })).toBe('1');
  await closeRedis(redis);
});

test('a command whose answer was lost fails and is not sent again', async () => {
  await using server = await createTestRedis();
  await using proxy = await createTcpProxy({ port: Number(new URL(server.url).port) });
  const redis = createRedis(proxy.through(server.url), { name: 'test', commandTimeoutMs: 2_000 });
  await redis.ping();
  proxy.silence();
  const pushed = redis.rpush('list', 'a').catch((error: unknown) => error);
  proxy.reset();
  proxy.speak();
  expect(await pushed).toBeInstanceOf(Error);
  await until(() => redis.ping().catch(() => undefined), { what: 'Redis to answer again' });
  expect(await redis.llen('list')).toBeLessThanOrEqual(1);
  await closeRedis(redis);
});

test('a blocking connection waits longer than a command may, but not for a server that went silent', async () => {
  await using server = await createTestRedis();
  const redis = createRedis(server.url, { name: 'test', commandTimeoutMs: 500 });
  const blocking = duplicateForBlocking(redis, { name: 'test-blocking', blockMs: 200 });
  expect(await blocking.xread('BLOCK', 800, 'STREAMS', 'none', '$')).toBeNull();
  expect(await redis.client('LIST')).toContain('name=test-blocking');
  server.pause();
  const reading = blocking.xread('BLOCK', 100, 'STREAMS', 'none', '$').catch(() => null);
  expect(await within(reading, { what: 'the read to end' })).toBeNull();
  server.resume();
  blocking.disconnect();
  redis.disconnect();
});

test('closing twice, or without a server, is no fault', async () => {
  const server = await createTestRedis();
  const [open, lost] = [createRedis(server.url, { name: 'a' }), createRedis(server.url, { name: 'b' })];
  await Promise.all([open.ping(), lost.ping()]);
  await closeRedis(open);
  await closeRedis(open);
  await server[Symbol.asyncDispose]();
  await closeRedis(lost);
});

describe('waiting for Redis', () => {
  test('until it is there', async () => {
    await using server = await createTestRedis();
    await server.stop();
    const waiting = waitForRedis(server.url, { deadlineMs: 10_000 });
    await server.start();
    await waiting;
  });

  test.each([
    [
      'nobody listens',
      'redis://127.0.0.1:1',
      60,
      /Redis at redis:\/\/127.0.0.1:1 does not answer: connect ECONNREFUSED/,
    ],
    [
      'the host is unknown',
      'redis://:pw@no.such.host.invalid',
      30_000,
      /redis:\/\/:\*\*\*@no.such.host.invalid does not answer: .*(ENOTFOUND|EAI_AGAIN)/,
    ],
  ])('says so when %s', async (_, url, deadlineMs, sentence) => {
    await expect(waitForRedis(url, { deadlineMs })).rejects.toThrow(sentence);
  });

  test('says so at once when the password is wrong, and does not show it', async () => {
    await using server = await createTestRedis();
    const url = Object.assign(new URL(server.url), { password: 'guess' }).href;
    const failure = await waitForRedis(url, { deadlineMs: 30_000 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'OperatorError', message: expect.stringContaining('WRONGPASS') });
    expect(String(failure)).not.toContain('guess');
  });
});
