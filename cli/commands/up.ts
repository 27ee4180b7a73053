import { type Command, Option } from 'commander';
import { loadConfig } from '../../platform/config/load.ts';
import { unknownSettings } from '../../platform/config/unknown-settings.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { overlay, type SettingOptions } from '../options/overlay.ts';
import { createSteps } from '../output/steps.ts';
import { createStopSignal } from '../supervisor/stop-signal.ts';
import type { CommandContext } from './context.ts';

interface UpOptions extends SettingOptions {
  readonly role?: string;
  readonly supervised?: boolean;
}

const examples = `
Examples:
  eaio up                            60 synthetic buildings with two years of history, then live
  eaio up --speed 60                 the same, a minute of readings every second
  eaio up --buildings 1000           some 3,000 meters
  eaio up --bdg2 ~/bdg2              real readings: the last 30 days of the files are replayed live
  eaio up --port 5000 --edge-workers 2
  eaio up --role subgraph:energy     one part alone, as in a container: needs DATABASE_URL and REDIS_URL

Every option is also a setting of the environment, named in brackets; \`eaio config\` shows them all.
Ctrl-C stops everything in order; what was loaded stays in the data folder for the next start.`;

export function addUpCommand(program: Command, context: CommandContext): void {
  program
    .command('up')
    .description('start the system: on this machine alone, or any part of it by --role')
    .option('--port <port>', 'port of everything that clients use, 4000 by default (PORT)')
    .option('--host <address>', 'address to listen on, this machine alone by default (HOST)')
    .option(
      '--bdg2 <dir>',
      'folder of Building Data Genome Project 2 files to load and replay (EAIO_BDG2_DIR)',
    )
    .option('--corrections', "correct what the data prove wrong in BDG2's metadata (EAIO_BDG2_CORRECTIONS)")
    .option('--buildings <n>', 'size of the synthetic portfolio, 60 by default (EAIO_BUILDINGS)')
    .option('--seed <n>', 'same seed, same synthetic portfolio (EAIO_SEED)')
    .option('--speed <factor>', 'pace of live readings: 1 is real time, 60 a minute a second (EAIO_SPEED)')
    .option('--edge-workers <n>', 'edge processes that share the port (EAIO_EDGE_WORKERS)')
    .option('--data-dir <dir>', 'folder of all data, .eaio by default (EAIO_DATA_DIR)')
    .addOption(
      new Option(
        '--role <role>',
        'run one part in this process: edge, workers or subgraph:<name> (EAIO_ROLES)',
      ),
    )
    .addOption(new Option('--supervised', 'a supervisor holds a line to this process').hideHelp())
    .addHelpText('after', examples)
    .action(async ({ role, supervised = false, ...options }: UpOptions) => {
      const env = overlay(context.env, options);
      const config = loadConfig(role === undefined ? env : { ...env, EAIO_ROLES: role });
      const alone = soleRole(role, config.run.roles);
      if (alone === undefined) {
        const { supervise } = await import('../up/supervise.ts');
        await supervise({
          config,
          env,
          steps: createSteps({ stream: context.stdout }),
          stop: createStopSignal(),
        });
      } else {
        if (!supervised) for (const sentence of unknownSettings(env)) context.stderr.write(`${sentence}\n`);
        const { runRole } = await import('../roles/run-role.ts');
        await runRole({ config, role: alone, supervised, stop: createStopSignal() });
      }
    });
}

/** A role that was named by itself runs in this process; several run as children of a supervisor. */
function soleRole(option: string | undefined, roles: readonly string[] | undefined): string | undefined {
  if (option !== undefined && roles !== undefined && roles.length > 1)
    throw new OperatorError('--role names one part; for several set EAIO_ROLES.');
  return roles?.length === 1 ? roles[0] : undefined;
}
