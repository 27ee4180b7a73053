import { type Command, Option } from 'commander';
import { loadConfig } from '../../platform/config/load.ts';
import { openLocalKey } from '../../platform/identity/local-key.ts';
import { type Role, roles } from '../../platform/identity/roles.ts';
import { createTokenIssuer } from '../../platform/identity/token-issuer.ts';
import { parseDuration } from '../options/duration.ts';
import { overlay } from '../options/overlay.ts';
import { parseList, parseRoles } from '../options/who.ts';
import { dataFolder, prepareDataFolder } from '../state/data-folder.ts';
import type { CommandContext } from './context.ts';

interface TokenOptions {
  readonly role: readonly Role[];
  readonly buildings?: readonly string[];
  readonly ttl: number;
  readonly subject?: string;
  readonly dataDir?: string;
}

const examples = `
Examples:
  eaio token --role viewer
  eaio token --role building_manager --buildings Fox_office_Joy,Fox_office_Thelma --ttl 30m
  curl -H "Authorization: Bearer $(npm run --silent token -- --role energy_engineer)" ...`;

export function addTokenCommand(program: Command, { env, stdout }: CommandContext): void {
  program
    .command('token')
    .description("print one token (a JWT) for this machine's own system, and nothing else")
    .addOption(
      new Option('--role <roles>', `who asks; one or several of ${roles.join(', ')}`)
        .argParser(parseRoles)
        .makeOptionMandatory(),
    )
    .option(
      '--buildings <ids>',
      'the buildings that it covers, separated by commas (default: all)',
      parseList,
    )
    .addOption(
      new Option('--ttl <time>', 'how long it is good: 30m, 8h, 7d')
        .argParser(parseDuration)
        .default(parseDuration('8h'), '8h'),
    )
    .option('--subject <name>', 'whom it names (default: local:<role>)')
    .option('--data-dir <dir>', 'data folder whose key signs (EAIO_DATA_DIR)')
    .addHelpText('after', examples)
    .action(async (options: TokenOptions) => {
      const { run, identity } = loadConfig(overlay(env, options));
      prepareDataFolder(dataFolder(run.dataDir));
      const issuer = createTokenIssuer({ key: await openLocalKey({ ...identity, ...run }), ...identity });
      const token = await issuer.issue({
        subject: options.subject ?? `local:${options.role.join('+')}`,
        roles: options.role,
        buildings: options.buildings,
        ttlMs: options.ttl,
      });
      stdout.write(`${token}\n`);
    });
}
