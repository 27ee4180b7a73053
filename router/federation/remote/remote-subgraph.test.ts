import { pino } from 'pino';
import { createSubgraphServer } from '../../../platform/subgraph/server/create-server.ts';
import type { SubgraphResult } from '../../../platform/subgraph/types.ts';
import { runScript } from '../../../test/kit/script.ts';
import { createTcpProxy } from '../../../test/kit/tcp-proxy.ts';
import { createTestIdentity, principalFor } from '../../../test/kit/token.ts';
import { take, until, within } from '../../../test/kit/wait.ts';
import { createLibrary, type LibraryOptions } from '../test/library.ts';
import { createRemoteSubgraph, type RemoteSubgraphOptions } from './remote-subgraph.ts';

const principal = principalFor('energy_engineer');
const query = 'query { book(id: "2") { title } }';
const whole = { data: { book: { title: 'Title 2' } } };

type SetUp = Partial<RemoteSubgraphOptions> & { readonly instances?: number } & LibraryOptions;

/** One subgraph at `instances` addresses, each behind a proxy that can be broken. */
async function setUp({ instances = 1, before, ...changes }: SetUp = {}) {
  await using made = new AsyncDisposableStack();
  const identity = await createTestIdentity();
  const library = createLibrary(before && { before });
  const proxies = await Promise.all(
    Array.from({ length: instances }, async () => {
      const server = made.use(
        await createSubgraphServer(library.books, {
          host: '127.0.0.1',
          port: 0,
          verifier: identity.internalVerifier,
          log: pino({ level: 'silent' }),
          closeGraceMs: 50,
        }),
      );
      return made.use(await createTcpProxy({ port: Number(new URL(server.url).port) }));
    }),
  );
  const losses: unknown[] = [];
  const remote = made.use(
    createRemoteSubgraph({
      name: 'books',
      urls: proxies.map(({ port }) => `http://127.0.0.1:${port}/graphql`),
      tokenFor: (caller) => identity.internalIssuer.tokenFor(caller),
      healthIntervalMs: 20,
      onStreamLost: (loss) => losses.push(loss),
      ...changes,
    }),
  );
  const ask = (text = query, signal?: AbortSignal) => remote.execute({ query: text, principal, signal });
  const open = async (text: string, after?: string) => {
    const opened = await remote.subscribe({ query: text, principal, after });
    if (!(Symbol.asyncIterator in opened)) throw new Error('no stream');
    return opened;
  };
  const [proxy] = proxies;
  if (!proxy) throw new Error('one instance at least');
  const stack = made.move();
  return {
    remote,
    library,
    proxy,
    proxies,
    losses,
    ask,
    open,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const cursors = (events: readonly SubgraphResult[]) => events.map(({ extensions }) => extensions?.cursor);

describe('a remote subgraph', () => {
  test('answers through a slow network', async () => {
    await using all = await setUp();
    all.proxy.delay(30);
    expect(await all.ask()).toMatchObject(whole);
  });

  // Proves: router.retries
  test('tries a query again whose connection was reset, and a mutation never', async () => {
    const released = Promise.withResolvers<void>();
    await using all = await setUp({ healthIntervalMs: 60_000, before: () => released.promise });
    const { ask, proxy, library } = all;
    const answer = ask();
    const change = expect(ask('mutation { addBook(title: "New") { id } }')).rejects.toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
    });
    const begun = (name: string) => library.calls.get(name) === 1;
    await until(() => begun('Query.book') && begun('Mutation.addBook'), { what: 'both at work' });
    proxy.reset();
    released.resolve();
    expect(await answer).toMatchObject(whole);
    await change;
    expect([...library.calls]).toEqual(
      expect.arrayContaining([
        ['Query.book', 2],
        ['Mutation.addBook', 1],
      ]),
    );
  });

  test('gives up on one that hears but does not answer, and finds it again afterwards', async () => {
    await using all = await setUp({ tryTimeoutMs: 100, timeoutMs: 250, healthIntervalMs: 60_000 });
    const { ask, proxy } = all;
    proxy.silence();
    await expect(ask()).rejects.toMatchObject({ code: 'TIMEOUT' });
    proxy.reset();
    proxy.speak();
    expect(await until(() => ask(), { what: 'the answer after the silence' })).toMatchObject(whole);
  });

  // Proves: router.balancing
  test('goes round an instance that is gone, without a failed request, and back to it when it returns', async () => {
    const changes: { url: string; healthy: boolean }[] = [];
    await using all = await setUp({ instances: 2, onHealthChange: (change) => changes.push(change) });
    const { ask, proxy, remote } = all;
    await proxy.refuse();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(answers.every(({ data }) => data?.['book'])).toBe(true);
    await until(() => changes.some(({ healthy }) => !healthy), { what: 'the failed health check' });
    expect(remote.health()).toEqual({ up: 1, of: 2 });
    await proxy.accept();
    await until(() => changes.at(-1)?.healthy, { what: 'the good health check' });
    await until(
      async () => {
        await Promise.all(Array.from({ length: 4 }, () => ask()));
        return remote.health().up === 2;
      },
      { what: 'both instances in use' },
    );
  });

  // Proves: router.retries
  test('fails at once while its breaker is open, and spends no more on retries than its budget', async () => {
    let nowMs = 0;
    await using all = await setUp({ clock: () => nowMs, healthIntervalMs: 60_000 });
    const { ask, proxy } = all;
    await proxy.refuse();
    for (let n = 0; n < 5; n++) await expect(ask()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    await expect(ask()).rejects.toThrow('No instance of the subgraph "books" can be had now.');
    await proxy.accept();
    await expect(ask()).rejects.toThrow('No instance');
    nowMs += 1_000;
    expect(await ask()).toMatchObject(whole);
    expect(await ask()).toMatchObject(whole);
  });

  test('stops for a caller that goes away, and holds nothing against the subgraph', async () => {
    await using all = await setUp();
    const { ask, proxy } = all;
    proxy.silence();
    const gone = new AbortController();
    const asked = expect(ask(query, gone.signal)).rejects.toThrow('gone');
    await until(() => proxy.connections > 0, { what: 'the request under way' });
    gone.abort(new Error('gone'));
    await asked;
    proxy.speak();
    expect(await ask()).toMatchObject(whole);
  });

  test('is unavailable when its process is killed, and there again when it is started again', async () => {
    const script = `
      import { createSubgraphServer } from './platform/subgraph/server/create-server.ts';
      import { createLibrary } from './router/federation/test/library.ts';
      import { createPrincipal } from './platform/identity/access.ts';
      const principal = createPrincipal({ subject: 'x', roles: ['viewer'], buildings: 'all', expiresAtMs: Infinity, claims: {} });
      const server = await createSubgraphServer(createLibrary().books, {
        host: '127.0.0.1', port: Number(process.argv[1]), log: { error() {} },
        verifier: { verify: async () => ({ ok: true, principal }) },
      });
      console.log(new URL(server.url).port);`;
    await using first = runScript(script, { args: ['0'] });
    const port = await first.line();
    await using remote = createRemoteSubgraph({
      name: 'books',
      urls: [`http://127.0.0.1:${port}/graphql`],
      tokenFor: async () => 'any',
      healthIntervalMs: 60_000,
    });
    expect(await remote.execute({ query, principal })).toMatchObject(whole);
    first.signal('SIGKILL');
    await first.exit;
    await expect(remote.execute({ query, principal })).rejects.toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
    });
    await using second = runScript(script, { args: [port] });
    await second.line();
    expect(
      await until(() => remote.execute({ query, principal }), { what: 'the second process' }),
    ).toMatchObject(whole);
  });
});

describe('a stream of a remote subgraph', () => {
  // Proves: live.resume
  test('goes on behind its last cursor when the connection is lost: nothing is missed, nothing comes twice', async () => {
    await using all = await setUp();
    const events = await all.open('subscription { ticks }');
    expect(cursors(await take(events, 2, { what: 'ticks' }))).toEqual(['1', '2']);
    all.proxy.reset();
    expect(cursors(await take(events, 2, { what: 'ticks after the reset' }))).toEqual(['3', '4']);
    expect(all.losses).toHaveLength(1);
    await events.return?.();
  });

  test('goes on at another instance', async () => {
    await using all = await setUp({ instances: 2 });
    const events = await all.open('subscription { ticks }');
    await take(events, 2, { what: 'ticks' });
    await all.proxies[0]?.refuse();
    all.proxies[1]?.reset();
    expect(cursors(await take(events, 2, { what: 'ticks of the other' }))).toEqual(['3', '4']);
    await events.return?.();
  });

  test('tells of the gap when its events have no cursor', async () => {
    await using all = await setUp();
    const events = await all.open('subscription { silent }');
    expect(await take(events, 1, { what: 'the first' })).toMatchObject([{ data: { silent: 1 } }]);
    const before = Date.now();
    all.proxy.reset();
    const [gap, next] = await take(events, 2, { what: 'the gap' });
    expect(gap).toMatchObject({
      data: null,
      extensions: { gap: { reason: 'The connection to the subgraph was lost.' } },
    });
    expect(Date.parse(gap?.extensions?.gap?.from ?? '')).toBeGreaterThanOrEqual(before - 1);
    expect(next).toMatchObject({ data: { silent: 1 } });
    await events.return?.();
  });

  test('ends with an error when nobody can be had for too long', async () => {
    await using all = await setUp({ giveUpAfterMs: 50 });
    const events = await all.open('subscription { ticks }');
    await take(events, 2, { what: 'ticks' });
    await all.proxy.refuse();
    expect(await take(events, 2, { what: 'the end' })).toMatchObject([
      { errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] },
    ]);
  });

  test('stops at once when its reader leaves, also at the subgraph', async () => {
    await using all = await setUp();
    const events = await all.open('subscription { ticks }');
    await take(events, 2, { what: 'ticks' });
    const waiting = events.next();
    await events.return?.();
    expect(await within(waiting, { what: 'the end' })).toEqual({ done: true, value: undefined });
    await until(() => all.proxy.connections <= 1, { what: 'the socket closed' });
  });
});
