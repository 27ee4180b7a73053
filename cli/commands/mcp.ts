import { type Command, Option } from 'commander';
import { loadConfig } from '../../platform/config/load.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { type Role, roles } from '../../platform/identity/roles.ts';
import { overlay } from '../options/overlay.ts';
import { parseList, parseRoles } from '../options/who.ts';
import { createStopSignal } from '../supervisor/stop-signal.ts';
import type { CommandContext } from './context.ts';

interface McpOptions {
  readonly stdio?: true;
  readonly role: readonly Role[];
  readonly buildings?: readonly string[];
  readonly domain?: string;
  readonly mode: 'full' | 'search';
  readonly dataDir?: string;
}

const examples = `
Example, in the configuration of a desktop client, while \`npm start\` runs:
  { "mcpServers": { "eaio": { "command": "npm", "args": ["--prefix", "<clone>", "run", "--silent", "eaio", "--", "mcp", "--stdio"] } } }

Over HTTP there is nothing to run: the edge serves MCP at /mcp.`;

export function addMcpCommand(program: Command, { env }: CommandContext): void {
  program
    .command('mcp')
    .description('serve MCP to one desktop client, on the system that runs')
    .option('--stdio', 'over standard input and output')
    .addOption(
      new Option('--role <roles>', `whose rights the client has; one or several of ${roles.join(', ')}`)
        .argParser(parseRoles)
        .default(parseRoles('agent'), 'agent'),
    )
    .option('--buildings <ids>', 'the buildings that it sees, separated by commas (default: all)', parseList)
    .option('--domain <name>', 'tools of one domain alone, for example energy')
    .addOption(
      new Option('--mode <mode>', 'all tools, or three that find and call the others')
        .choices(['full', 'search'])
        .default('full'),
    )
    .option('--data-dir <dir>', 'data folder of the running system, .eaio by default (EAIO_DATA_DIR)')
    .addHelpText('after', examples)
    .action(async ({ stdio, ...options }: McpOptions) => {
      if (stdio !== true)
        throw new OperatorError(
          'Say how: `eaio mcp --stdio`. Over HTTP the edge serves MCP by itself, at /mcp.',
        );
      const config = loadConfig(overlay(env, options));
      const { serveStdioClient } = await import('../mcp/serve-stdio-client.ts');
      await serveStdioClient({ ...options, config, stop: createStopSignal() });
    });
}
