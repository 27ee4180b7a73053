import { type Command, Option } from 'commander';
import { loadConfig } from '../../platform/config/load.ts';
import { parseDay } from '../options/day.ts';
import { overlay } from '../options/overlay.ts';
import { createSteps } from '../output/steps.ts';
import { createStopSignal } from '../supervisor/stop-signal.ts';
import type { CommandContext } from './context.ts';

interface SyncOptions {
  readonly dataDir?: string;
  readonly from: string;
  readonly to: string;
}

const examples = `
Examples:
  eaio sync check --from 2017-06-01 --to 2017-06-30
  eaio sync repair --from 2017-06-01 --to 2017-06-30

Days are those of UTC, both included. While a system runs on the data folder (or DATABASE_URL names its database) that one is
looked at; writes go on meanwhile. Exit code 1 when something differs that was not mended.`;

/** `eaio sync check|repair`: do stream, store and rollups agree? */
export function addSyncCommand(program: Command, context: CommandContext): void {
  const sync = program.command('sync').description('compare what came, what is stored, and its rollups');
  const kinds = { check: 'tell what differs', repair: 'mend what differs' } as const;
  for (const [name, description] of Object.entries(kinds))
    sync
      .command(name)
      .description(description)
      .addOption(new Option('--from <day>', 'first day').argParser(parseDay).makeOptionMandatory())
      .addOption(new Option('--to <day>', 'last day').argParser(parseDay).makeOptionMandatory())
      .option('--data-dir <dir>', 'folder of all data, .eaio by default (EAIO_DATA_DIR)')
      .addHelpText('after', examples)
      .action(async (options: SyncOptions) => {
        const { runSync } = await import('../quality/run-sync.ts');
        const agrees = await runSync({
          config: loadConfig(overlay(context.env, options)),
          ...{ from: options.from, to: options.to, repair: name === 'repair' },
          steps: createSteps({ stream: context.stdout }),
          signal: createStopSignal(),
        });
        if (!agrees) context.setExitCode(1);
      });
}
