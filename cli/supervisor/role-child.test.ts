import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processGone } from '../../platform/lifecycle/processes.ts';
import { createRoleChild, type RoleChild } from './role-child.ts';

/** A role as small as can be: it speaks the supervisor's protocol, and does what its one argument says. */
const program = `
  const [how] = process.argv.slice(2);
  process.on('message', ({ kind }) => {
    if (kind === 'serve') { console.log('serving'); process.send({ kind: 'ready' }); }
    if (kind === 'drain' && how !== 'hangs') process.exit(0);
  });
  process.on('disconnect', () => process.exit(0));
  if (how === 'fails') { console.log('Nothing works here.'); process.exit(3); }
  if (how === 'tells') process.send({ kind: 'failed', sentence: 'Port 4000 is taken.' }, () => process.exit(1));
  else process.send({ kind: 'prepared' });
`;

const children: RoleChild[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eaio-role-child-'));
  await writeFile(join(folder, 'role.mjs'), program);
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.drain()));
});
afterAll(() => rm(folder, { recursive: true }));

function begin(how: string, { drainMs = 5_000, command = process.execPath } = {}) {
  const events: string[] = [];
  let wake = (): void => undefined;
  const child = createRoleChild({
    name: 'edge',
    command: [command, join(folder, 'role.mjs'), how],
    env: process.env,
    logFile: join(folder, `${how}.log`),
    onEvent: (what) => {
      events.push(what);
      wake();
    },
    onProcess: () => undefined,
    drainMs,
  });
  children.push(child);
  const event = async (words: string): Promise<void> => {
    while (!events.some((what) => what.includes(words))) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { child, events, event };
}

const pidOf = (child: RoleChild): number => child.process()?.pid ?? Number.NaN;

describe('a role process', () => {
  test('opens its doors only when it may, and what it prints is in its log', async () => {
    const { child } = begin('serves');
    const started = child.start();
    child.serve();
    await started;
    expect(await readFile(join(folder, 'serves.log'), 'utf8')).toBe('serving\n');
  });

  test('that fails at its start says why by its last words', async () => {
    await expect(begin('fails').child.start()).rejects.toThrow(
      'The edge process ended (exit code 3): Nothing works here.',
    );
  });

  test('that fails at its start is quoted when it has a sentence for the operator', async () => {
    await expect(begin('tells').child.start()).rejects.toThrow(/^Port 4000 is taken\.$/);
  });

  test('whose program is missing fails the start too', async () => {
    await expect(begin('serves', { command: '/nowhere/node' }).child.start()).rejects.toThrow('ENOENT');
  });

  test('that dies is started again, serves again, and the operator is told of both', async () => {
    const { child, events, event } = begin('serves');
    child.serve();
    await child.start();
    const before = pidOf(child);
    process.kill(before, 'SIGKILL');
    await event('serves again');
    expect(pidOf(child)).not.toBe(before);
    expect(events[0]).toContain('The edge process ended (SIGKILL)');
    expect(events[0]).toContain('Starting it again in 0.5 s');
  });

  test('that is drained ends and is not started again', async () => {
    const { child, events } = begin('serves');
    child.serve();
    await child.start();
    const pid = pidOf(child);
    expect(await child.drain()).toBe(true);
    expect(await child.drain()).toBe(true);
    expect(await processGone(pid, 0)).toBe(true);
    expect(events).toEqual([]);
  });

  test('that does not come to its end is killed, which the caller learns', async () => {
    const { child } = begin('hangs', { drainMs: 50 });
    child.serve();
    await child.start();
    const pid = pidOf(child);
    expect(await child.drain()).toBe(false);
    expect(await processGone(pid, 0)).toBe(true);
  });

  test('can be drained between a crash and its next start', async () => {
    const { child, event } = begin('serves');
    child.serve();
    await child.start();
    process.kill(pidOf(child), 'SIGKILL');
    await event('Starting it again');
    expect(await child.drain()).toBe(true);
    expect(child.process()).toBeUndefined();
  });
});
