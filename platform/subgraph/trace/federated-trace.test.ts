import { createRequire } from 'node:module';
import { pino } from 'pino';
import { principalFor } from '../../../test/kit/token.ts';
import { createSubgraph } from '../create-subgraph.ts';
import type { BaseContext } from '../types.ts';

// Apollo's own decoder, which its server brings along.
const { Trace } = createRequire(createRequire(import.meta.url).resolve('@apollo/server'))(
  '@apollo/usage-reporting-protobuf',
) as { Trace: { decode(bytes: Uint8Array): { toJSON(): unknown } } };

const subgraph = createSubgraph<BaseContext>({
  name: 'test',
  sdl: `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
    @link(url: "https://eaio.dev/graph/v1.0", import: ["@public"])
    type Query @public(reason: "A test.") { things: [Thing!]! fails: Int }
    type Thing @requiresScopes(scopes: [["energy:read"]]) { name: String! part: Thing slow: Int }`,
  log: pino({ level: 'silent' }),
  context: (base) => base,
  resolvers: {
    Query: {
      things: () => [{ name: 'a', part: { name: 'b' } }, { name: 'c' }],
      fails: () => {
        throw new Error('password=hunter2');
      },
    },
    Thing: { slow: () => new Promise((resolve) => setImmediate(resolve, 1)) },
  },
});

const ask = (query: string, federatedTrace?: boolean) =>
  subgraph.execute({ query, principal: principalFor('viewer'), federatedTrace });
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

interface Node {
  readonly responseName?: string;
  readonly index?: number;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly error?: readonly { readonly message: string }[];
  readonly child?: readonly Node[];
}

describe('a federated trace', () => {
  test('has a node for every field and index, with its types, times within the whole, and errors as the caller sees them', async () => {
    const query = '{ list: things { name part { name } slow } fails }';
    const { extensions, ...answer } = await ask(query, true);
    expect(plain(answer)).toEqual({ ...(plain(await ask(query)) as object), errors: expect.anything() });
    const trace = Trace.decode(Buffer.from(extensions?.ftv1 ?? '', 'base64')).toJSON() as {
      root: Node;
      durationNs: string;
    };
    expect(trace).toMatchObject({
      startTime: { seconds: expect.anything() },
      endTime: { seconds: expect.anything() },
      root: {
        child: [
          {
            ...{ responseName: 'list', originalFieldName: 'things', type: '[Thing!]!', parentType: 'Query' },
            child: [
              {
                index: 0,
                child: [
                  { responseName: 'name', type: 'String!', parentType: 'Thing' },
                  { responseName: 'part', child: [{ responseName: 'name' }] },
                  { responseName: 'slow' },
                ],
              },
              {
                index: 1,
                child: [{ responseName: 'name' }, { responseName: 'part' }, { responseName: 'slow' }],
              },
            ],
          },
          { responseName: 'fails', error: [{ message: expect.stringContaining('Something went wrong') }] },
        ],
      },
    });
    expect(JSON.stringify(trace)).not.toContain('hunter2');
    const nodes = function* all(node: Node): Generator<Node> {
      yield node;
      for (const child of node.child ?? []) yield* all(child);
    };
    for (const { responseName, startTime, endTime } of nodes(trace.root)) {
      if (responseName === undefined) continue;
      expect(Number(endTime)).toBeGreaterThanOrEqual(Number(startTime));
      expect(Number(endTime)).toBeLessThanOrEqual(Number(trace.durationNs));
    }
  });

  test('is guarded like any answer, and is not there when nobody asks', async () => {
    const nobody = { ...principalFor('viewer'), scopes: new Set<never>() };
    const refused = await subgraph.execute({
      query: '{ things { name } }',
      principal: nobody,
      federatedTrace: true,
    });
    expect(refused.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await ask('{ things { name } }')).extensions).toBeUndefined();
  });
});
