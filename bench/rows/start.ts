import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../platform/lifecycle/free-port.ts';
import { tether } from '../../platform/lifecycle/tether.ts';
import { cli, stop } from '../ground/role.ts';
import type { Bench } from '../measure/bench.ts';

/** `npm start` without npm: from the command to the moment at which it says that it is ready. */
export const start: Bench = {
  name: 'start',
  about: 'first start with 60 buildings, and the next one',
  async run({ ground, quick, say }) {
    const { folder } = await ground();
    const first: number[] = [];
    const next: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      const dataDir = join(folder, `start-${round}`);
      await mkdir(dataDir, { mode: 0o711 });
      first.push(await timeStart(dataDir));
      next.push(await timeStart(dataDir));
      say(`started in ${first.at(-1)?.toFixed(1)} s, then in ${next.at(-1)?.toFixed(1)} s`);
    }
    return [
      {
        what: 'first start: 60 buildings, two years of history',
        ours: { samples: first, unit: 's' },
        aim: { of: 'ours', most: 20 },
      },
      { what: 'next start', ours: { samples: next, unit: 's' }, aim: { of: 'ours', most: 6 } },
    ];
  },
};

async function timeStart(dataDir: string): Promise<number> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(process.execPath, [cli, 'up', '--data-dir', dataDir, '--port', String(port)], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) child.once('exit', tether({ pid: child.pid, signal: 'TERM' }));
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += String(chunk);
        if (said.includes('Ready in')) resolve();
      });
    child.once('exit', () => reject(new Error(`It ended before it was ready:\n${said}`)));
  });
  try {
    await ready;
    return (performance.now() - begun) / 1_000;
  } finally {
    await stop(child);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}
