import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A test that says what it proves, or a line that means to and does not. */
export interface Citation {
  /** `file:line`, to click on. */
  readonly at: string;
  readonly ids: readonly string[];
  /** What is wrong with the line. */
  readonly fault?: string;
}

const meantAs = /^\s*(?:\/\/|\/?\*).*\bproves\s*:/i;
const citation = /^\s*\/\/ Proves: (\S+(?:, \S+)*)$/;
const comment = /^\s*\/\//;
/** `onSample` is a describe where the real sample lies. What is skipped proves nothing, and what is known to fail neither. */
const proof = /^\s*(?:test|describe|onSample)(?:\.each)?\s*[(<]/;

/** The citations in the text of a test file. */
export function citationsIn(path: string, text: string): readonly Citation[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index): readonly Citation[] => {
    if (!meantAs.test(line)) return [];
    const at = `${path}:${index + 1}`;
    const [, ids] = citation.exec(line) ?? [];
    if (ids === undefined)
      return [{ at, ids: [], fault: 'is no citation: write `// Proves: some.id, another.id`' }];
    const below = lines.slice(index + 1).find((next) => !comment.test(next)) ?? '';
    if (!proof.test(below))
      return [
        { at, ids: [], fault: 'stands above no test: move it directly above a `test(` or `describe(`' },
      ];
    return [{ at, ids: ids.split(', ') }];
  });
}

/** The test files under a folder, with their texts. */
export async function testFilesUnder(root: string): Promise<readonly { path: string; text: string }[]> {
  const exclude = (name: string): boolean => /(^|\/)(node_modules|dist|\.[^/]+)$/.test(name);
  const paths = await Array.fromAsync(glob('**/*.test.ts', { cwd: root, exclude }));
  return await Promise.all(
    paths.toSorted().map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  );
}
