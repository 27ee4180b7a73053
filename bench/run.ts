/**
 * `npm run bench`: what the system does in figures, each beside a reference that did the same work in the same run.
 * Starts all that it needs itself, in throwaway folders, and leaves nothing running.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench } from './measure/bench.ts';
import { isReached, type Row } from './measure/row.ts';
import { createStage } from './measure/stage.ts';
import { printRows } from './measure/table.ts';
import { benches } from './rows/benches.ts';

const usage = `npm run bench -- [--quick] [--only name,...] [--database URL]

  --quick         short rounds and small numbers: whether it works, and about how well
  --only a,b      of these alone:
${benches.map(({ name, about }) => `                    ${name.padEnd(14)}${about}`).join('\n')}
  --database URL  answers (see above) from this database, already loaded, instead of a small one`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      database: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const wanted = values.only?.split(',');
  const unknown = wanted?.filter((name) => !benches.some((bench) => bench.name === name)) ?? [];
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', ')}.\n\n${usage}`);
    return 1;
  }
  const chosen = benches.filter(({ name }) => wanted?.includes(name) ?? true);
  const say = (text: string): void => void process.stderr.write(`  ${text}\n`);
  await using stage = createStage({ quick: values.quick, databaseUrl: values.database, say });
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const bench of chosen) {
    say(`${bench.name}: ${bench.about}`);
    rows.push(...(await bench.run(stage).catch((error: unknown) => excuse(bench, error, failed))));
  }
  console.log(`\n${printRows(rows)}\n\n${machine()}`);
  for (const sentence of failed) console.log(sentence);
  const missed = rows.filter((row) => isReached(row) === false);
  const aims = rows.filter(({ aim }) => aim !== undefined).length;
  console.log(`${aims - missed.length} of ${aims} aims were reached.`);
  return failed.length > 0 ? 1 : 0;
}

function excuse({ name }: Bench, error: unknown, failed: string[]): readonly Row[] {
  failed.push(`${name} FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return [];
}

/** Figures of two machines, or of one at two times, can't be compared; ratios can. */
function machine(): string {
  const [load = 0] = loadavg();
  const [processor] = cpus();
  return `${cpus().length} x ${processor?.model ?? 'processor'}, Node ${process.versions.node}, load average ${load.toFixed(1)} (this run's own work included). Median (least..most) of interleaved rounds.`;
}

process.exitCode = await main();
