import { Command } from 'commander';
import { addAuditCommand } from './commands/audit.ts';
import { addComposeCommand } from './commands/compose.ts';
import { addConfigCommand } from './commands/config.ts';
import type { CommandContext } from './commands/context.ts';
import { addEstimateCommand } from './commands/estimate.ts';
import { addImportCommand } from './commands/import.ts';
import { addMcpCommand } from './commands/mcp.ts';
import { addSyncCommand } from './commands/sync.ts';
import { addTokenCommand } from './commands/token.ts';
import { addUpCommand } from './commands/up.ts';

const examples = `
Examples:
  eaio up                            everything on this machine: http://127.0.0.1:4000
  eaio up --bdg2 ~/bdg2              the same on real readings of the Building Data Genome Project 2
  eaio token --role energy_engineer  a token to ask with
  eaio config                        every setting, its value and what it is for

From a clone, \`npm start\` is \`eaio up\`, and \`npm run eaio -- <command>\` any other; both install what is missing first.`;

/** The commands, built but not run. Each loads what it needs when it is called: \`--help\` and \`token\` answer at once. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('eaio')
    .description(
      'EAIO: one typed, live, safe graph over the meters, weather, models and controls of buildings.',
    )
    .helpCommand(false)
    .helpOption('-h, --help', 'show this, or with a command what it takes')
    .addHelpText('after', examples)
    .showHelpAfterError('(--help says what is possible)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, '')),
    });
  for (const add of [
    addUpCommand,
    addImportCommand,
    addTokenCommand,
    addConfigCommand,
    addComposeCommand,
    addMcpCommand,
    addSyncCommand,
    addEstimateCommand,
    addAuditCommand,
  ])
    add(program, context);
  return program;
}
