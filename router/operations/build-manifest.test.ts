import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSupergraph } from '../federation/supergraph.ts';
import { createLibrary } from '../federation/test/library.ts';
import { buildManifest } from './build-manifest.ts';
import { parseManifest, printManifest } from './manifest.ts';
import { type OperationFile, readOperationFiles } from './operation-file.ts';

const { schema } = loadSupergraph(createLibrary().sdl);
const file = (name: string, text: string, domain = 'library'): OperationFile => ({
  path: `schema/operations/${domain}/${name}.graphql`,
  domain,
  name,
  text,
});
const words = '# Says when to use it.\n';

const shelf = `# This is not its description: a blank line cuts it off.

# Books of a shelf, with their titles.
# Use it to look around.
#
# A second paragraph.
query Shelf(
  # How many, 1 to 100.
  $first: Int! = 3 @example(value: 5) @example(value: 7) # not the next one's
  $filter: BookFilter @example(value: { genres: [NOVEL], title: { contains: "a" } })
  $id: ID @fromClaim(name: "shelf")
) @tool(title: "A shelf", responsePath: "all.title", keywords: ["look"], resultBudget: 900, resource: "eaio://shelf/{first}") {
  all: books(first: $first, filter: $filter) { ...B }
  book(id: $id) { id } # this is wrong, see below
}
fragment B on Book { title }`.replace('$id: ID @', '$id: ID! @');

describe('the manifest', () => {
  // Proves: operations.directives
  test('holds what an operation says, and the operation as it is executed', () => {
    const build = buildManifest([file('Shelf', shelf)], schema);
    expect(build).toMatchObject({ ok: true });
    if (!build.ok) return;
    expect(build.manifest.operations).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        name: 'Shelf',
        type: 'query',
        body: `query Shelf($first: Int! = 3, $filter: BookFilter, $id: ID!) {
  all: books(first: $first, filter: $filter) {
    ...B
  }
  book(id: $id) {
    id
  }
}

fragment B on Book {
  title
}`,
        domain: 'library',
        description: 'Books of a shelf, with their titles. Use it to look around.\n\nA second paragraph.',
        title: 'A shelf',
        keywords: ['look'],
        responsePath: 'all.title',
        resource: 'eaio://shelf/{first}',
        resultBudget: 900,
        variables: {
          first: { description: 'How many, 1 to 100.', examples: [5, 7], fromClaim: null },
          filter: {
            description: null,
            examples: [{ genres: ['NOVEL'], title: { contains: 'a' } }],
            fromClaim: null,
          },
          id: { description: null, examples: [], fromClaim: 'shelf' },
        },
      },
    ]);
  });

  test('has an id that changes with what is executed, and with nothing else', () => {
    const idOf = (text: string) => {
      const build = buildManifest([file('A', `${words}${text}`)], schema);
      return build.ok ? build.manifest.operations[0]?.id : build.faults;
    };
    const first = idOf('query A @tool(title: "One") { loanCount }');
    expect(idOf('query   A @tool(title: "Two") {\n loanCount }')).toBe(first);
    expect(idOf('query A @tool(title: "One") { loanCount __typename }')).not.toBe(first);
  });

  test('is the same text for the same operations in any order, and is read back as it was', () => {
    const files = [
      file('B', `${words}query B @tool(title: "B") { loanCount }`),
      file('A', `${words}query A @tool(title: "A") { loanCount }`),
      file('C', `${words}query C @tool(title: "C") { loanCount }`, 'another'),
    ];
    const [one, other] = [buildManifest(files, schema), buildManifest(files.toReversed(), schema)];
    if (!one.ok || !other.ok) throw new Error('faults');
    expect(printManifest(one.manifest)).toBe(printManifest(other.manifest));
    expect(one.manifest.operations.map(({ name }) => name)).toEqual(['C', 'A', 'B']);
    expect(parseManifest(printManifest(one.manifest))).toEqual(one.manifest);
  });

  test('is read from one that Apollo made, and refused when it is none', () => {
    const entry = { id: 'x', name: 'A', type: 'query', body: 'query A { loanCount }' };
    const apollo = { format: 'apollo-persisted-query-manifest', version: 1, operations: [entry] };
    expect(parseManifest(JSON.stringify(apollo)).operations).toMatchObject([
      { ...entry, title: 'A', variables: {}, responsePath: null },
    ]);
    expect(() => parseManifest('{}')).toThrow('Not a persisted-query manifest');
    expect(() => parseManifest(JSON.stringify({ ...apollo, operations: [3] }))).toThrow('operations[0]');
    expect(() => parseManifest(JSON.stringify({ ...apollo, operations: [{ name: 'A' }] }))).toThrow(
      'needs `id`',
    );
    expect(() =>
      parseManifest(JSON.stringify({ ...apollo, operations: [{ ...entry, type: 'other' }] })),
    ).toThrow('"other"');
  });
});

describe('faults of operations', () => {
  // Proves: operations.faults-at-once
  test('are told all at once, each with its file, line and mend', () => {
    const build = buildManifest(
      [
        file(
          'bad',
          'query Bad(\n  $a: BookFilter! @example(value: { genres: [PROSE] })\n  $b: Int @example(value: "x")\n) @tool(responsePath: "x.y", resource: "eaio://{c}") {\n  loanCount(x: 1)\n  nope\n}',
        ),
        file('Twice', `${words}query Twice @tool(title: "T") { loanCount } query Again { loanCount }`),
        file('Twice', `${words}query {`, 'another'),
      ],
      schema,
    );
    if (build.ok) throw new Error('no faults');
    const told = build.faults.map(
      ({ code, places }) => `${places[0]?.file.split('/').slice(2).join('/')}:${places[0]?.line} ${code}`,
    );
    expect(told).toEqual([
      'library/Twice.graphql:0 NAME_TAKEN',
      'library/bad.graphql:1 NAME_OF_THE_FILE',
      'library/bad.graphql:1 NO_DESCRIPTION',
      'library/bad.graphql:4 GRAPHQL_VALIDATION_FAILED',
      'library/bad.graphql:5 GRAPHQL_VALIDATION_FAILED',
      'library/bad.graphql:6 GRAPHQL_VALIDATION_FAILED',
      'library/bad.graphql:2 GRAPHQL_VALIDATION_FAILED',
      'library/bad.graphql:3 GRAPHQL_VALIDATION_FAILED',
      'library/bad.graphql:2 EXAMPLE_DOES_NOT_FIT',
      'library/bad.graphql:3 EXAMPLE_DOES_NOT_FIT',
      'library/bad.graphql:4 RESPONSE_PATH',
      'library/bad.graphql:4 RESOURCE_TEMPLATE',
      'library/Twice.graphql:0 ONE_OPERATION_A_FILE',
      'another/Twice.graphql:2 GRAPHQL_PARSE_FAILED',
    ]);
    expect(build.faults.every(({ mend }) => mend.endsWith('.'))).toBe(true);
  });

  test('include a title that is missing, and a name that is no type name', () => {
    const build = buildManifest([file('lower', `${words}query lower { loanCount }`)], schema);
    expect(!build.ok && build.faults.map(({ code }) => code)).toEqual(['NAME_OF_THE_FILE', 'NO_TITLE']);
  });
});

test('operation files are read by domain, in the order of their paths', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eaio-operations-'));
  try {
    await mkdir(join(folder, 'b'));
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'README.md'), 'no operation');
    await writeFile(join(folder, 'b', 'One.graphql'), 'query One { a }');
    await writeFile(join(folder, 'a', 'Two.graphql'), 'query Two { a }');
    await writeFile(join(folder, 'a', 'notes.txt'), 'no operation');
    expect(await readOperationFiles(folder)).toEqual([
      { path: join(folder, 'a', 'Two.graphql'), domain: 'a', name: 'Two', text: 'query Two { a }' },
      { path: join(folder, 'b', 'One.graphql'), domain: 'b', name: 'One', text: 'query One { a }' },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
