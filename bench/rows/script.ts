import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { tether } from '../../platform/lifecycle/tether.ts';
import type { Bench, Stage } from '../measure/bench.ts';
import type { Row } from '../measure/row.ts';

/** A bound for what hangs, not a measure. */
const deadlineMs = 300_000;

/** A script that can be run alone, as a part of the one table: it brings up what it needs itself, and hands over rows by `report`. */
export function script(
  name: string,
  about: string,
  args: (stage: Pick<Stage, 'quick' | 'seconds'>) => readonly string[] = () => [],
): Bench {
  return {
    name,
    about,
    async run(stage) {
      const file = fileURLToPath(new URL(`../${name}.ts`, import.meta.url));
      const rows: Row[] = [];
      // What it prints beside its rows goes where the bench tells of its progress.
      const child = fork(file, args(stage), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
      child.stdout?.pipe(process.stderr, { end: false });
      child.on('message', (said: { readonly rows?: readonly Row[] }) => rows.push(...(said.rows ?? [])));
      const untie = child.pid === undefined ? () => undefined : tether({ pid: child.pid, signal: 'TERM' });
      const late = setTimeout(() => child.kill('SIGTERM'), deadlineMs);
      const [code, signal]: unknown[] = await once(child, 'exit');
      clearTimeout(late);
      untie();
      if (code !== 0) throw new Error(`bench/${name}.ts ended with ${String(code ?? signal)}.`);
      return rows;
    },
  };
}
