import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Variant } from '../../connectors/bdg2/discover-files.ts';
import { loadConfig } from '../../platform/config/load.ts';
import { overlay } from '../options/overlay.ts';
import { createSteps } from '../output/steps.ts';
import { createStopSignal } from '../supervisor/stop-signal.ts';
import type { CommandContext } from './context.ts';

/** As of a program that Ctrl-C ended. */
const interruptedExit = 130;

interface ImportOptions {
  readonly dataDir?: string;
  readonly corrections?: boolean;
  readonly prefer: Variant;
}

const examples = `
Examples:
  eaio import bdg2 ~/bdg2                 then: eaio up --bdg2 ~/bdg2
  eaio import bdg2 ~/bdg2 --prefer raw

DIR holds metadata.csv and any of the meter files (electricity.csv, electricity_cleaned.csv.gz, ...), side by side or as in
the publisher's repository. While a system runs on the data folder the readings go into it; else into a database of their own.
Local time becomes UTC by the site's zone: readings of the hour that spring skips are left out and reported, and the hour
that autumn has twice takes the file's one row as the first of the two. Ctrl-C breaks off; the same command goes on.`;

export function addImportCommand(program: Command, context: CommandContext): void {
  const command = program.command('import').description('load files of readings');
  command
    .command('bdg2')
    .description('load the files of the Building Data Genome Project 2')
    .argument('<dir>', 'folder of the files')
    .addOption(
      new Option('--prefer <variant>', 'which to take where a meter type has both')
        .choices(['cleaned', 'raw'])
        .default('cleaned'),
    )
    .option('--corrections', "correct what the data prove wrong in BDG2's metadata (EAIO_BDG2_CORRECTIONS)")
    .option('--data-dir <dir>', 'folder of all data, .eaio by default (EAIO_DATA_DIR)')
    .addHelpText('after', examples)
    .action(async (dir: string, options: ImportOptions) => {
      const config = loadConfig(overlay(context.env, options));
      const { importBdg2 } = await import('../import/import-bdg2.ts');
      const done = await importBdg2({
        config,
        directory: resolve(dir),
        prefer: options.prefer,
        steps: createSteps({ stream: context.stdout }),
        stop: createStopSignal(),
      });
      if (!done) context.setExitCode(interruptedExit);
    });
}
