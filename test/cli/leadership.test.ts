import { lead } from '../../cli/data/leadership.ts';
import { createTestDatabase, type TestDatabase } from '../kit/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const log = { info: () => undefined, warn: () => undefined };

/** One process' part: it leads until it is told to stop. */
function contender() {
  const stop = new AbortController();
  const led: AbortSignal[] = [];
  let began = (): void => undefined;
  const leads = new Promise<void>((resolve) => {
    began = resolve;
  });
  const ended = lead(
    { databaseUrl: database.url, name: 'test', signal: stop.signal, log, askEveryMs: 20 },
    (signal) => {
      led.push(signal);
      began();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
  );
  return { led, leads, ended, stop: () => stop.abort() };
}

describe('what only one may do', () => {
  // Proves: roles.one-leader
  test('one does, and another one when that has stopped', async () => {
    const [first, second] = [contender(), contender()];
    const winner = await Promise.race([first, second].map((one) => one.leads.then(() => one)));
    const other = winner === first ? second : first;
    expect(other.led).toHaveLength(0);
    winner.stop();
    await winner.ended;
    await other.leads;
    other.stop();
    await other.ended;
  });

  // Proves: roles.one-leader
  test('is given up when the connection is lost, and begun again', async () => {
    const one = contender();
    await one.leads;
    await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'eaio-lead-test'",
    );
    while (one.led.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(one.led[0]?.aborted).toBe(true);
    expect(one.led[1]?.aborted).toBe(false);
    one.stop();
    await one.ended;
  });

  test('ends quietly for one that never had its turn', async () => {
    const [first, second] = [contender(), contender()];
    await Promise.race([first.leads, second.leads]);
    for (const one of [first, second]) one.stop();
    await Promise.all([first.ended, second.ended]);
    expect(first.led.length + second.led.length).toBe(1);
  });
});
