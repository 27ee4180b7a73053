import type { Command } from 'commander';
import { Option } from 'commander';
import { loadConfig } from '../../platform/config/load.ts';
import { parseDay } from '../options/day.ts';
import { overlay } from '../options/overlay.ts';
import { parseList } from '../options/who.ts';
import { createSteps } from '../output/steps.ts';
import { createStopSignal } from '../supervisor/stop-signal.ts';
import type { CommandContext } from './context.ts';

interface EstimateOptions {
  readonly dataDir?: string;
  readonly from: string;
  readonly to: string;
  readonly buildings?: readonly string[];
}

const examples = `
Examples:
  eaio estimate --from 2017-06-01 --to 2017-06-30
  eaio estimate --from 2017-06-01 --to 2017-06-30 --buildings Fox_office_Joy,Fox_office_Thelma

Days are those of each building's zone, both included. What is added is marked ESTIMATED and replaces nothing; doing it again
adds nothing.`;

/** `eaio estimate`: fills gaps between readings of a running system. */
export function addEstimateCommand(program: Command, context: CommandContext): void {
  program
    .command('estimate')
    .description('fill gaps between readings: short ones on the line, longer ones from like days')
    .addOption(new Option('--from <day>', 'first day').argParser(parseDay).makeOptionMandatory())
    .addOption(new Option('--to <day>', 'last day').argParser(parseDay).makeOptionMandatory())
    .option('--buildings <ids>', 'of these buildings only, separated by commas', parseList)
    .option('--data-dir <dir>', 'folder of all data, .eaio by default (EAIO_DATA_DIR)')
    .addHelpText('after', examples)
    .action(async ({ from, to, buildings, ...options }: EstimateOptions) => {
      const { withQuality } = await import('../quality/with-quality.ts');
      const steps = createSteps({ stream: context.stdout });
      const config = loadConfig(overlay(context.env, options));
      await withQuality({ config, name: 'estimate', steps }, (quality) =>
        steps.run('Estimation', async (step) => {
          const signal = createStopSignal();
          const report = await quality.estimate({
            by: 'eaio estimate',
            range: { from, to },
            buildings,
            signal,
          });
          step.detail(
            `${report.gaps} gaps: ${report.interpolated} readings interpolated, ${report.fromLikeDays} from like days, ${report.left} gaps left open`,
          );
        }),
      );
    });
}
