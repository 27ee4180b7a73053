import { GraphQLError } from 'graphql';
import { createTestDatabase } from '../../test/kit/postgres.ts';
import { createTestRedis } from '../../test/kit/redis.ts';
import { createPool } from '../postgres/pool.ts';
import { createRedis } from '../redis/redis.ts';
import { toClientError } from './client-error.ts';
import { EaioError } from './eaio-error.ts';

const thrownBy = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
};

test('an error of ours passes as it is, also from inside graphql-js wrappings', () => {
  const ours = new EaioError('NOT_FOUND', 'There is no meter m1.', { details: { meter: 'm1' } });
  expect(toClientError(ours)).toBe(ours);
  expect(
    toClientError(new GraphQLError('a', { originalError: new GraphQLError('b', { originalError: ours }) })),
  ).toBe(ours);
  expect(ours).toMatchObject({
    status: 404,
    extensions: { code: 'NOT_FOUND', retryable: false, meter: 'm1' },
  });
});

// Proves: errors.faults-hidden
test.each([new TypeError('x is undefined'), 'a string', undefined, null, { message: 'secret' }])(
  'a fault of ours (%p) shows an id and nothing else',
  (thrown) => {
    const shown = toClientError(thrown);
    expect(shown).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', status: 500 });
    expect(shown.cause).toBe(thrown);
    expect(shown.message).toBe(
      `Something went wrong on our side; the log has it under ${String(shown.extensions['id'])}.`,
    );
  },
);

test('a statement over its time is a timeout', async () => {
  await using database = await createTestDatabase();
  await using pool = Object.assign(
    createPool({ connectionString: database.url, applicationName: 't', statementTimeoutMs: 20 }),
    {
      [Symbol.asyncDispose]: () => pool.end(),
    },
  );
  const thrown = await thrownBy(() => pool.query('select pg_sleep(5)'));
  expect(toClientError(thrown)).toMatchObject({ code: 'TIMEOUT', status: 504 });
});

test('a database that cuts the connection, or is not there, is a dependency that may come back', async () => {
  await using database = await createTestDatabase();
  const cut = await thrownBy(() => database.pool.query('select pg_terminate_backend(pg_backend_pid())'));
  expect(toClientError(cut)).toMatchObject({
    code: 'DEPENDENCY_UNAVAILABLE',
    extensions: { retryable: true },
  });
  const pool = createPool({ connectionString: 'postgresql://127.0.0.1:1/none', applicationName: 't' });
  expect(toClientError(await thrownBy(() => pool.query('select 1')))).toMatchObject({
    code: 'DEPENDENCY_UNAVAILABLE',
  });
  await pool.end();
});

test('a wrong statement is a fault of ours', async () => {
  await using database = await createTestDatabase();
  expect(toClientError(await thrownBy(() => database.pool.query('selec')))).toMatchObject({
    code: 'INTERNAL_SERVER_ERROR',
  });
});

test('Redis that stands still or is gone is a dependency that may come back', async () => {
  await using server = await createTestRedis();
  const redis = createRedis(server.url, { name: 't', commandTimeoutMs: 500 });
  await redis.ping();
  server.pause();
  expect(toClientError(await thrownBy(() => redis.ping()))).toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  server.resume();
  await server.stop();
  expect(toClientError(await thrownBy(() => redis.ping()))).toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  redis.disconnect();
});

test('a time limit of our own is a timeout', async () => {
  const thrown = await thrownBy(() => fetch('http://127.0.0.1:1', { signal: AbortSignal.abort() }));
  expect(toClientError(thrown)).toMatchObject({ code: 'TIMEOUT' });
});
