import type { Command } from 'commander';
import { readRecords } from '../../platform/audit/records.ts';
import { verifyAudit } from '../../platform/audit/verify.ts';
import { loadConfig } from '../../platform/config/load.ts';
import { auditAnchors } from '../audit/anchors.ts';
import { overlay } from '../options/overlay.ts';
import { openRunning } from '../state/open-running.ts';
import type { CommandContext } from './context.ts';

interface AuditOptions {
  readonly dataDir?: string;
}

const verifyExamples = `
Exit code 1 when the chain is not whole. It is held against what is known apart from the database (EAIO_AUDIT_ANCHOR, Redis).

Examples:
  eaio audit verify
  DATABASE_URL=postgres://... REDIS_URL=redis://... eaio audit verify`;

export function addAuditCommand(program: Command, { env, stdout, setExitCode }: CommandContext): void {
  const command = program.command('audit').description('what was done and refused, and by whom');
  command
    .command('verify')
    .description('compute the chain of all records anew: finds what was changed, deleted, moved or cut off')
    .option('--data-dir <dir>', 'folder of the running system (EAIO_DATA_DIR)')
    .addHelpText('after', verifyExamples)
    .action(async (options: AuditOptions) => {
      const config = loadConfig(overlay(env, options));
      await using running = await openRunning(config, 'audit');
      const { checked, last, faults } = await verifyAudit({
        pool: running.pool,
        anchors: auditAnchors(config, running.redis),
      });
      for (const fault of faults) stdout.write(`${fault}\n`);
      stdout.write(
        faults.length === 0
          ? `The audit is whole: ${checked} records, up to number ${last}.\n`
          : `The audit is not whole: ${faults.length} faults in ${checked} records.\n`,
      );
      if (faults.length > 0) setExitCode(1);
    });
  command
    .command('list')
    .description('print records, the newest first, one JSON object a line')
    .option('--subject <name>', 'of whom')
    .option('--kind <kind>', 'mutation, tool, denied, token, key, grant or admin')
    .option('--limit <count>', 'how many', Number, 50)
    .option('--data-dir <dir>', 'folder of the running system (EAIO_DATA_DIR)')
    .addHelpText('after', '\nExamples:\n  eaio audit list --kind denied --limit 20')
    .action(async (options: AuditOptions & { subject?: string; kind?: string; limit: number }) => {
      const config = loadConfig(overlay(env, options));
      await using running = await openRunning(config, 'audit');
      const { subject, kind, limit } = options;
      for (const { seq, record } of await readRecords(running.pool, { subject, kind, limit }))
        stdout.write(`${JSON.stringify({ seq, ...record })}\n`);
    });
}
