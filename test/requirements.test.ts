import { existsSync } from 'node:fs';
import { glob, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { citationsIn, testFilesUnder } from './kit/citations.ts';
import { notYetProved, requirements } from './requirements.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = await testFilesUnder(root);
const citations = files.flatMap(({ path, text }) => citationsIn(path, text));
const citedAt = Map.groupBy(
  citations.flatMap(({ at, ids }) => ids.map((id) => ({ at, id }))),
  ({ id }) => id,
);
const known = new Set([...requirements, ...notYetProved].map(({ id }) => id));

describe('what the product promises', () => {
  test('has an id of its own, a source and a sentence, each', () => {
    const all = [...requirements, ...notYetProved];
    expect(known.size).toBe(all.length);
    for (const { id, source, promise } of all) {
      expect(id).toMatch(/^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(source).toMatch(/\S/);
      expect(promise).toMatch(/^\S.*\.$/);
    }
  });

  test('names a source that is there', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const records = await readdir(join(root, 'docs/adr'));
    const lost = [...requirements, ...notYetProved].filter(({ source }) => {
      const [, section] = /^README, ([^:]+)/.exec(source) ?? [];
      const [, record] = /^ADR (\d+)/.exec(source) ?? [];
      if (section !== undefined) return !new RegExp(`^##+ ${section}$`, 'm').test(readme);
      return record !== undefined && !records.some((name) => name.startsWith(`${record}-`));
    });
    expect(lost.map(({ id, source }) => `${id} is promised by "${source}", which is not there`)).toEqual([]);
  });

  test('is proved by a test, each', () => {
    const unproved = requirements.filter(
      ({ id, benchRow, script }) => benchRow === undefined && script === undefined && !citedAt.has(id),
    );
    expect(unproved.map(({ id, promise }) => `No test proves ${id}: ${promise}`)).toEqual([]);
  });

  test('in times and ratios is a row of the bench, each', async () => {
    const texts: string[] = [];
    for await (const path of glob('bench/**/*.ts', { cwd: root }))
      texts.push(await readFile(join(root, path), 'utf8'));
    const lost = requirements.filter(
      ({ benchRow }) => benchRow !== undefined && !texts.some((text) => text.includes(benchRow)),
    );
    expect(
      lost.map(({ id, benchRow }) => `No bench prints a row "${benchRow}", which measures ${id}`),
    ).toEqual([]);
  });

  test('and an outside suite proves has a file that runs it, each', () => {
    const lost = requirements.filter(({ script }) => script !== undefined && !existsSync(join(root, script)));
    expect(lost.map(({ id, script }) => `There is no ${script}, which proves ${id}`)).toEqual([]);
  });

  test('and is not proved yet is told, and is not among what is', () => {
    const proved = notYetProved.flatMap(({ id }) => citedAt.get(id) ?? []);
    expect(proved.map(({ id, at }) => `${id} is proved now, by ${at}: move it to \`requirements\``)).toEqual(
      [],
    );
    console.info(
      ['Not yet proved:', ...notYetProved.map(({ id, promise }) => `  ${id}: ${promise}`)].join('\n'),
    );
  });
});

describe('what tests say that they prove', () => {
  test('is promised', () => {
    const strange = [...citedAt].filter(([id]) => !known.has(id));
    expect(strange.map(([id, where]) => `${where[0]?.at}: test/requirements.ts has no "${id}"`)).toEqual([]);
  });

  test('is said where a reader sees it: directly above the test', () => {
    expect(citations.flatMap(({ at, fault }) => (fault === undefined ? [] : `${at} ${fault}`))).toEqual([]);
  });

  test('is run: none is skipped, put off or run alone; a known failure is `test.failing`', () => {
    const left = files.flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /^ *(?:x?(?:test|it|describe)\.(?:skip|only|todo)|x(?:test|it|describe)|f(?:it|describe))\b.*/gm,
        ),
      ].map(([line]) => `${path}: ${line.trim()}`),
    );
    expect(left).toEqual([]);
    expect(files.length).toBeGreaterThan(100);
  });

  const say = (...lines: readonly string[]) =>
    citationsIn('x.test.ts', lines.join('\n')).map(({ at, ids, fault }) => [at, ...ids, fault]);

  test.each(["test('x', () => {", 'test.each([', 'test(', "  describe('x'", "onSample('x'"])(
    'counts above %s',
    (line) => {
      expect(say('', '// Proves: a.b, c.d', '// Another comment.', line)).toEqual([
        ['x.test.ts:2', 'a.b', 'c.d', undefined],
      ]);
    },
  );

  test.each(['', "test.skip('x', () => {", "test.failing('x', () => {", 'const x = 1;', "testing('x')"])(
    'is a fault above "%s"',
    (line) => {
      expect(say('// Proves: a.b', line)).toEqual([['x.test.ts:1', expect.stringContaining('no test')]]);
    },
  );

  test.each([
    '// Proves: a.b c.d',
    '// proves: a.b',
    '/* Proves: a.b */',
    '// Proves:',
    '// This proves: a.b',
  ])('is a fault when it is written "%s"', (line) => {
    expect(say(line, "test('x', () => {")).toEqual([
      ['x.test.ts:1', expect.stringContaining('is no citation')],
    ]);
  });
});
