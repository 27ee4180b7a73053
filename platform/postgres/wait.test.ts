import { createTestDatabase } from '../../test/kit/postgres.ts';
import { createTcpProxy } from '../../test/kit/tcp-proxy.ts';
import { waitForPostgres } from './wait.ts';

test('it resolves as soon as the server answers', async () => {
  await using database = await createTestDatabase();
  const { port } = new URL(database.url);
  await using proxy = await createTcpProxy({ port: Number(port) });
  await proxy.refuse();
  const waiting = waitForPostgres(proxy.through(database.url), { deadlineMs: 20_000 });
  await proxy.accept();
  await waiting;
});

const failure = (url: string, deadlineMs: number): Promise<unknown> =>
  waitForPostgres(url, { deadlineMs }).then(
    () => undefined,
    (error: unknown) => error,
  );

test('nobody listens: it says where, after the deadline', async () => {
  expect(await failure('postgresql://me:secret@127.0.0.1:1/db', 60)).toMatchObject({
    name: 'OperatorError',
    message:
      'PostgreSQL at 127.0.0.1:1/db does not answer: connect ECONNREFUSED 127.0.0.1:1. Is DATABASE_URL right, and is it running?',
  });
});

test('a server that takes the connection and says nothing is not waited for beyond the deadline', async () => {
  await using database = await createTestDatabase();
  await using proxy = await createTcpProxy({ port: Number(new URL(database.url).port) });
  proxy.silence();
  expect(await failure(proxy.through(database.url), 100)).toMatchObject({
    message: expect.stringMatching(/does not answer: .*timeout/),
  });
});

test.each([
  ['a wrong password', { password: 'guess' }, /password authentication failed/],
  ['no such database', { pathname: '/none' }, /database "none" does not exist/],
  ['an unknown host', { host: 'no.such.host.invalid' }, /ENOTFOUND|EAI_AGAIN/],
])('%s is said at once, without the password', async (_, change, reason) => {
  await using database = await createTestDatabase();
  const url = Object.assign(new URL(database.url), change);
  const error = await failure(url.href, 5_000);
  expect(error).toMatchObject({ name: 'OperatorError', message: expect.stringMatching(reason) });
  expect(String(error)).not.toContain(url.password);
});

test('an address that is none', async () => {
  expect(await failure('postgresql://[', 1_000)).toMatchObject({
    message: expect.stringContaining('the given DATABASE_URL'),
  });
});
