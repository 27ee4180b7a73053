import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../../test/kit/script.ts';
import { until } from '../../test/kit/wait.ts';
import { freePort, isPortFree } from './free-port.ts';
import { processAlive, processGone, processIdentity, processName } from './processes.ts';

const tied = `
  import { spawn } from 'node:child_process';
  import { tether } from './platform/lifecycle/tether.ts';
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  const untie = tether({ pid: child.pid, signal: 'TERM', remove: process.argv[1] });
  if (process.argv[2] === 'untie') untie();
  console.log(child.pid);
  setInterval(() => undefined, 1000);
`;

// Proves: stop.kill-9
test('a tied process ends with us, by kill -9 too, and its folder goes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eaio-test-tether-'));
  await using script = runScript(tied, { args: [folder] });
  const pid = Number(await script.line());
  expect(processName(pid)).toBe('sleep');
  script.signal('SIGKILL');
  expect(await processGone(pid, 10_000)).toBe(true);
  await until(
    () =>
      stat(folder).then(
        () => false,
        () => true,
      ),
    { what: 'the folder to go' },
  );
});

test('an untied process lives on', async () => {
  await using script = runScript(tied, { args: ['', 'untie'] });
  const pid = Number(await script.line());
  script.signal('SIGKILL');
  await script.exit;
  expect(processAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
  expect(await processGone(pid, 10_000)).toBe(true);
});

test('a process that ended and was not collected is not alive', async () => {
  await using script = runScript(`
    import { spawn } from 'node:child_process';
    // The shell becomes a sleep that never collects the child it inherits.
    const child = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 600'], { stdio: ['ignore', 'inherit', 'inherit'] });
    process.on('exit', () => child.kill());
    process.on('SIGTERM', () => process.exit());
    setInterval(() => undefined, 1000);
  `);
  const pid = Number(await script.line());
  expect(await processGone(pid, 10_000)).toBe(true);
  script.signal('SIGTERM');
  await script.exit;
});

test('one run of a process is told from another', async () => {
  expect(processIdentity(process.pid)).toBe(processIdentity(process.pid));
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  expect(processIdentity(child.pid ?? 0)).not.toBe(processIdentity(process.pid));
  expect(await processGone(child.pid ?? 0, 1)).toBe(false);
  child.kill();
});

test('a port that is taken is not free, and another is found', async () => {
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  expect(await isPortFree(port)).toBe(false);
  const other = await freePort(port);
  expect(other).not.toBe(port);
  expect(await freePort(other)).toBe(other);
});
