import { describeFaults } from '../faults.ts';
import { composeSupergraph, type SubgraphDefinition } from './compose.ts';
import { loadSupergraph } from './supergraph.ts';
import { createLibrary } from './test/library.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@context", "@fromContext"])\n';
const subgraph = (name: string, text: string): SubgraphDefinition => ({
  name,
  sdl: link + text,
  file: `subgraphs/${name}/schema.graphql`,
});

function faultsOf(...subgraphs: readonly SubgraphDefinition[]) {
  const composition = composeSupergraph(subgraphs);
  if (composition.ok) throw new Error('It composed.');
  return composition.faults;
}

describe('composition', () => {
  test('gives the same bytes whatever the order of the subgraphs', () => {
    const { books, loans } = createLibrary();
    const [one, other] = [composeSupergraph([books, loans]), composeSupergraph([loans, books])];
    expect(one).toEqual(other);
    expect(one.ok && one.sdl.endsWith('}\n')).toBe(true);
  });

  // Proves: router.compose-faults
  test('tells of two subgraphs that disagree: both places, and what to do', () => {
    const [fault] = faultsOf(
      subgraph('one', 'type Query { a: P }\ntype P @key(fields: "id") {\n  id: ID!\n  x: Int\n}'),
      subgraph('two', 'type P @key(fields: "id") { id: ID!\n  x: String }'),
    );
    expect(fault).toMatchObject({
      code: 'FIELD_TYPE_MISMATCH',
      places: [
        { file: 'subgraphs/one/schema.graphql', line: 5, column: 3 },
        { file: 'subgraphs/two/schema.graphql', line: 3, column: 3 },
      ],
      mend: 'Give the field the same type in every subgraph that has it.',
    });
    expect(describeFaults([fault ?? failed()])).toMatch(
      /^subgraphs\/one\/schema.graphql:5:3 {2}Type of field "P.x" .*\n {2}also at subgraphs\/two\/schema.graphql:3:3\n {2}mend: Give/,
    );
  });

  // Proves: router.compose-faults
  test('tells of every syntax error of every subgraph at once', () => {
    const faults = faultsOf(subgraph('one', 'type Query { a'), subgraph('two', 'type {'));
    expect(faults.map(({ places }) => places)).toEqual([
      [{ file: 'subgraphs/one/schema.graphql', line: 2, column: 15 }],
      [{ file: 'subgraphs/two/schema.graphql', line: 2, column: 6 }],
    ]);
  });

  test('tells of faults inside a directive, of unknown types, and of a graph that answers nothing', () => {
    expect(
      faultsOf(subgraph('one', 'type Query { a: P } type P @key(fields: "idd") { id: ID! }')),
    ).toMatchObject([{ code: 'KEY_INVALID_FIELDS', places: [{ line: 2 }, { line: 2 }] }]);
    expect(faultsOf(subgraph('one', 'type Query { a: Nope }'))).toMatchObject([
      { code: 'INVALID_GRAPHQL', places: [{ line: 2, column: 17 }] },
    ]);
    const nothing = faultsOf(subgraph('one', 'type A { a: Int }'));
    expect(nothing).toMatchObject([{ code: 'NO_QUERIES', places: [] }]);
    expect(describeFaults(nothing)).toMatch(/^all subgraphs {2}/);
  });

  test('points to the documentation for what it has no advice on, and names a subgraph without a file', () => {
    const [fault] = faultsOf({ name: '_', sdl: `${link}type Query { a: Int }` });
    expect(fault?.mend).toBeTruthy();
    expect(faultsOf({ name: 'one', sdl: 'type Query {' })[0]?.places).toEqual([
      { file: 'one.graphql', line: 1, column: 13 },
    ]);
  });
});

describe('loading a supergraph', () => {
  test('refuses one that asks for what the executor does not carry out', () => {
    const composition = composeSupergraph([
      subgraph(
        'one',
        'type Query { p: P } type P @key(fields: "id") @context(name: "ctx") { id: ID! name: String! c: C! } type C @key(fields: "id") { id: ID! hello(name: String @fromContext(field: "$ctx { name }")): String }',
      ),
    ]);
    if (!composition.ok) throw new Error(describeFaults(composition.faults));
    expect(() => loadSupergraph(composition.sdl)).toThrow(/context/);
  });

  test('refuses what is no supergraph', () => {
    expect(() => loadSupergraph('type Query { a: Int }')).toThrow('Invalid supergraph');
  });
});

function failed(): never {
  throw new Error('There is no fault.');
}
