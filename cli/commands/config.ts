import type { Command } from 'commander';
import { loadConfig } from '../../platform/config/load.ts';
import { settingsTable } from '../../platform/config/table.ts';
import { unknownSettings } from '../../platform/config/unknown-settings.ts';
import type { CommandContext } from './context.ts';

const note =
  'Settings come from the environment; those marked * are set. Options of `eaio up` set the same for one run.';

export function addConfigCommand(program: Command, { env, stdout }: CommandContext): void {
  program
    .command('config')
    .description('show every setting: its value here, what it is for, what is allowed (passwords hidden)')
    .option('--markdown', 'as the tables of the README, with defaults in place of values')
    .addHelpText('after', '\nExamples:\n  eaio config\n  PORT=5000 eaio config')
    .action(({ markdown }: { readonly markdown?: true }) => {
      if (markdown === true) return void stdout.write(`${settingsTable('markdown')}\n`);
      stdout.write(`${settingsTable('text', env)}\n\n${note}\n`);
      for (const sentence of unknownSettings(env)) stdout.write(`${sentence}\n`);
      // Shown first, judged then: whoever looks for the wrong value sees it in the table.
      loadConfig(env);
    });
}
