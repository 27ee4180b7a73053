import { pino } from 'pino';
import { EaioError } from '../errors/eaio-error.ts';
import type { Principal } from '../identity/principal.ts';
import type { Scope } from '../identity/roles.ts';
import { createSubgraph } from './create-subgraph.ts';
import type { BaseContext, SourceEvent, SubgraphRequest, SubgraphResult } from './types.ts';

const sdl = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
  @link(url: "https://eaio.dev/graph/v1.0", import: ["@public"])
type Query { none: Int @public(reason: "A test.") }
type Subscription {
  ticked(step: Int! = 1): Tick! @requiresScopes(scopes: [["energy:read"]])
}
type Tick @public(reason: "A test.") {
  number: Int!
  secret: String @requiresScopes(scopes: [["admin:all"]])
  fails: Int
}
`;

interface Tick {
  readonly number: number;
}

const principal = (...scopes: Scope[]): Principal => ({
  subject: 'someone',
  roles: [],
  scopes: new Set(scopes),
  buildings: 'all',
  expiresAtMs: Number.POSITIVE_INFINITY,
  claims: {},
  accessKey: scopes.join(),
});

/** A source in the test's hand: what it is given is what comes out, and it remembers how it was treated. */
function createSource() {
  const waiting: ((step: IteratorResult<SourceEvent<Tick>, undefined>) => void)[] = [];
  const queue: SourceEvent<Tick>[] = [];
  const seen = { opened: 0, pulled: 0, returned: 0, contexts: [] as BaseContext[] };
  const iterator: AsyncIterableIterator<SourceEvent<Tick>, undefined> = {
    next() {
      seen.pulled++;
      const ready = queue.shift();
      if (ready !== undefined) return Promise.resolve({ done: false, value: ready });
      return new Promise((resolve) => waiting.push(resolve));
    },
    return() {
      seen.returned++;
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return {
    seen,
    iterator,
    give(event: SourceEvent<Tick>) {
      const taker = waiting.shift();
      if (taker === undefined) queue.push(event);
      else taker({ done: false, value: event });
    },
    end() {
      for (const taker of waiting.splice(0)) taker({ done: true, value: undefined });
    },
  };
}

function setUp(
  open?: (context: BaseContext) => AsyncIterable<SourceEvent<Tick>>,
  makeContext: (base: BaseContext) => BaseContext = (base) => ({ ...base }),
) {
  const source = createSource();
  const lines: string[] = [];
  const subgraph = createSubgraph<BaseContext>({
    name: 'test',
    sdl,
    log: pino({}, { write: (line: string) => void lines.push(line) }),
    context: (base) => {
      source.seen.contexts.push(base);
      return makeContext(base);
    },
    resolvers: {
      Subscription: {
        ticked: {
          subscribe: (_: unknown, _args: { step: number }, context: BaseContext) => {
            source.seen.opened++;
            return open?.(context) ?? source.iterator;
          },
        },
      },
      Tick: {
        number: ({ number }: Tick, _: unknown, context: BaseContext) => {
          context.tag(`tick:${number}`);
          return number;
        },
        secret: () => 'of old',
        fails: () => {
          throw new Error('password=hunter2');
        },
      },
    },
  });
  const subscribe = (query: string, request: Partial<SubgraphRequest> = {}) =>
    subgraph.subscribe({ query, principal: principal('energy:read'), ...request });
  return { source, subscribe, lines };
}

async function stream(opening: ReturnType<ReturnType<typeof setUp>['subscribe']>) {
  const opened = await opening;
  if (!(Symbol.asyncIterator in opened)) throw new Error(`It did not open: ${JSON.stringify(opened)}`);
  return opened;
}
async function refusal(opening: ReturnType<ReturnType<typeof setUp>['subscribe']>): Promise<SubgraphResult> {
  const opened = await opening;
  if (Symbol.asyncIterator in opened) throw new Error('It opened.');
  return opened;
}
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a subscription', () => {
  test('runs the operation on each event, with its cursor, key and tags beside the data', async () => {
    const { source, subscribe } = setUp();
    const events = await stream(subscribe('subscription { t: ticked { n: number } }'));
    source.give({ payload: { number: 1 }, cursor: 'c1', key: 'k' });
    source.give({ payload: { number: 2 } });
    expect(plain(await events.next())).toEqual({
      done: false,
      value: { data: { t: { n: 1 } }, extensions: { tags: ['tick:1'], cursor: 'c1', key: 'k' } },
    });
    expect(plain(await events.next())).toEqual({
      done: false,
      value: { data: { t: { n: 2 } }, extensions: { tags: ['tick:2'] } },
    });
    await events.return?.();
  });

  test('passes a gap as a notice without data', async () => {
    const { source, subscribe } = setUp();
    const events = await stream(subscribe('subscription { ticked { number } }'));
    const gap = {
      from: '2017-01-01T00:00:00Z',
      to: '2017-01-01T01:00:00Z',
      reason: 'The stream was trimmed.',
    };
    source.give({ gap, cursor: 'c9' });
    expect(plain(await events.next())).toEqual({
      done: false,
      value: { data: null, extensions: { gap, cursor: 'c9' } },
    });
    await events.return?.();
  });

  test('gives the source its arguments, where to go on, and a context of its own to each event', async () => {
    const { source, subscribe } = setUp();
    const events = await stream(subscribe('subscription { ticked { number } }', { after: 'c3' }));
    source.give({ payload: { number: 1 } });
    source.give({ payload: { number: 2 } });
    await events.next();
    await events.next();
    expect(source.seen.contexts.map(({ after }) => after)).toEqual(['c3', 'c3', 'c3']);
    expect(new Set(source.seen.contexts).size).toBe(3);
    await events.return?.();
  });

  test('pulls an event only when one is asked for, and answers in order when several are asked for at once', async () => {
    const { source, subscribe } = setUp();
    const events = await stream(subscribe('subscription { ticked { number } }'));
    for (const number of [1, 2, 3]) source.give({ payload: { number } });
    expect(source.seen.pulled).toBe(0);
    const steps = await Promise.all([events.next(), events.next()]);
    expect(steps.map((step) => plain(step.value?.data))).toEqual([
      { ticked: { number: 1 } },
      { ticked: { number: 2 } },
    ]);
    expect(source.seen.pulled).toBe(2);
    await events.return?.();
  });

  test('ends when its source does', async () => {
    const { source, subscribe } = setUp();
    const events = await stream(subscribe('subscription { ticked { number } }'));
    const pending = events.next();
    source.end();
    // The pull is made before the end: wait for it, then end again.
    await Promise.resolve();
    source.end();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

describe('stopping a subscription', () => {
  test('answers whoever waits, aborts the signal and returns the source, at once', async () => {
    const { source, subscribe } = setUp();
    const events = await stream(subscribe('subscription { ticked { number } }'));
    const pending = [events.next(), events.next()];
    expect(await events.return?.()).toEqual({ done: true, value: undefined });
    expect(await Promise.all(pending)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(source.seen.contexts[0]?.signal?.aborted).toBe(true);
    expect(source.seen.returned).toBe(1);
    await events.return?.();
    expect(source.seen.returned).toBe(1);
  });

  test("ends a source that is an async generator by its signal, though the generator's return would wait", async () => {
    let left = false;
    const { subscribe } = setUp(async function* (context) {
      try {
        yield { payload: { number: 1 } };
        await new Promise((_, reject) =>
          context.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
        );
      } finally {
        left = true;
      }
    });
    const events = await stream(subscribe('subscription { ticked { number } }'));
    await events.next();
    const pending = events.next();
    await Promise.resolve();
    await events.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await new Promise(setImmediate);
    expect(left).toBe(true);
  });

  test("by the caller's signal does the same", async () => {
    const { source, subscribe, lines } = setUp();
    const controller = new AbortController();
    const events = await stream(
      subscribe('subscription { ticked { number } }', { signal: controller.signal }),
    );
    const pending = events.next();
    controller.abort();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(source.seen.returned).toBe(1);
    expect(lines).toEqual([]);
  });

  test('a stream whose caller has gone is not opened', async () => {
    const { source, subscribe } = setUp();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(subscribe('subscription { ticked { number } }', { signal })).rejects.toThrow('gone');
    expect(source.seen.opened).toBe(0);
  });

  test('by throw() rejects with the error given, and stops the source', async () => {
    const { source, subscribe } = setUp();
    const events = await stream(subscribe('subscription { ticked { number } }'));
    await expect(events.throw?.(new Error('enough'))).rejects.toThrow('enough');
    expect(source.seen.returned).toBe(1);
  });
});

describe('a subscription that goes wrong', () => {
  test('is not opened for who may not see it: its source is never asked', async () => {
    const { source, subscribe } = setUp();
    const { errors } = await refusal(
      subscribe('subscription { ticked { number } }', { principal: principal() }),
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: [['energy:read']] });
    expect(source.seen.opened).toBe(0);
  });

  test('is guarded field by field in each event', async () => {
    const { source, subscribe } = setUp();
    const events = await stream(subscribe('subscription { ticked { number secret } }'));
    for (const number of [1, 2]) {
      source.give({ payload: { number } });
      const { value } = await events.next();
      expect(plain(value?.data)).toEqual({ ticked: { number, secret: null } });
      expect(value?.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    }
    await events.return?.();
  });

  test.each([
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ none }', 'BAD_REQUEST'],
    ['subscription ($s: Int!) { ticked(step: $s) { number } }', 'BAD_USER_INPUT'],
  ])('%s is refused as %s', async (query, code) => {
    const { subscribe } = setUp();
    expect((await refusal(subscribe(query))).errors?.[0]?.extensions['code']).toBe(code);
  });

  test.each([
    ['NOT_FOUND', new EaioError('NOT_FOUND', 'No such building.')],
    ['INTERNAL_SERVER_ERROR', new Error('password=hunter2')],
  ])('at its opening answers with the error alone: %s', async (code, error) => {
    const { subscribe } = setUp(() => {
      throw error;
    });
    const result = await refusal(subscribe('subscription { ticked { number } }'));
    expect(result.errors?.[0]?.extensions['code']).toBe(code);
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  test('because its context cannot be made answers with the error, masked', async () => {
    const { subscribe } = setUp(undefined, () => {
      throw new Error('password=hunter2');
    });
    const { errors } = await refusal(subscribe('subscription { ticked { number } }'));
    expect(errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });

  test('in one field of one event goes on with the next', async () => {
    const { source, subscribe } = setUp();
    const events = await stream(subscribe('subscription { ticked { number fails } }'));
    source.give({ payload: { number: 1 } });
    source.give({ payload: { number: 2 } });
    for (const number of [1, 2]) {
      const { value } = await events.next();
      expect(plain(value?.data)).toEqual({ ticked: { number, fails: null } });
      expect(value?.errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
    }
    await events.return?.();
  });

  test('in its source says so once, masked, and ends', async () => {
    const { subscribe, lines } = setUp(async function* () {
      yield { payload: { number: 1 } };
      throw new Error('password=hunter2');
    });
    const events = await stream(subscribe('subscription { ticked { number } }'));
    await events.next();
    const { value } = await events.next();
    expect(value?.data).toBeNull();
    expect(value?.errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(value)).not.toContain('hunter2');
    expect(lines.join()).toContain('hunter2');
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});
