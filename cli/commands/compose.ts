import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import type { CommandContext } from './context.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const examples = `
Examples:
  eaio compose          after a change to a schema.graphql or to schema/operations/
  eaio compose --check  in CI: fails when the committed files are not current`;

export function addComposeCommand(program: Command, { stdout }: CommandContext): void {
  program
    .command('compose')
    .description('make the supergraph, the API schema and the manifest of operations (schema/) anew')
    .option('--check', 'write nothing; fail when the files are not current')
    .addHelpText('after', examples)
    .action(async ({ check = false }: { readonly check?: boolean }) => {
      // Composition takes a while to load: only who composes waits for it.
      const { composeFiles } = await import('../graph/compose-files.ts');
      const operationsDir = relative(
        process.cwd(),
        fileURLToPath(new URL('../../schema/operations', import.meta.url)),
      );
      const composed = await composeFiles({ operationsDir });
      if (!composed.ok) throw new OperatorError(composed.faults);

      const stale = await Promise.all(
        composed.files.map(async (file) => ({ ...file, isStale: (await textOf(file.path)) !== file.text })),
      ).then((files) => files.filter(({ isStale }) => isStale));
      if (check && stale.length > 0) {
        const names = stale.map(({ path }) => path).join(' and ');
        throw new OperatorError(`Not current: ${names}. Run \`npm run compose\` and commit what changes.`);
      }
      for (const { path, text } of stale) await writeFile(root + path, text);
      const changed =
        stale.length === 0 ? 'nothing changed' : `written: ${stale.map(({ path }) => path).join(', ')}`;
      stdout.write(
        `${composed.operations} operations fit the graph; ${check ? 'all files are current' : changed}.\n`,
      );
    });
}

/** Undefined when there is no such file yet. */
const textOf = (path: string): Promise<string | undefined> =>
  readFile(root + path, 'utf8').catch(() => undefined);
