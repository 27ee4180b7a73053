import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processGone } from '../../platform/lifecycle/processes.ts';
import { root, run, useFolders } from './eaio.ts';

const newFolder = useFolders();
const node = process.execPath;

/** What stands outside of us: npm and apt-get, as programs on the PATH that do what theirs do to the file system. */
const npm = `#!/bin/sh
echo "npm $*" >> "$CALLS"
[ -n "$NPM_FAILS" ] && { echo 'npm error EUSAGE the lock file is no good' >&2; exit 1; }
rm -rf node_modules && mkdir -p node_modules/node/bin node_modules/jest/bin && ln -s ${node} node_modules/node/bin/node
cp cli/eaio.ts node_modules/jest/bin/jest.js
`;
const aptGet = `#!/bin/sh
echo "apt-get $*" >> "$CALLS"
case "$*" in *update*) touch "$0.updated"; exit 0;; esac
[ -e "$0.updated" ] || { echo 'E: Unable to locate package redis-server'; exit 100; }
printf '#!/bin/sh\\n' > "$(dirname "$0")/redis-server"; chmod +x "$(dirname "$0")/redis-server"
`;
const sudo = `#!/bin/sh
shift; exec "$@"
`;
const program = `
const [how] = process.argv.slice(2);
if (how === 'wait') {
  const stop = (why) => { console.log('stopped by', why); process.exit(5); };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('disconnect', () => stop('the end of its parent'));
  setInterval(() => undefined, 1000);
}
console.log('started', process.pid, JSON.stringify(process.argv.slice(2)));
if (how === 'fail') process.exitCode = 7;
`;

interface Clone {
  /** The bootstrap's own file. */
  readonly script: string;
  readonly bootstrap: (
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
    before?: readonly string[],
  ) => ReturnType<typeof run>;
  readonly done: (
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
  ) => Promise<{ code: number | null; output: string }>;
  readonly calls: () => Promise<readonly string[]>;
  readonly write: (path: string, text: string) => Promise<void>;
}

/** A fresh clone on a machine that has Node, npm and a shell, and of the rest what `tools` names. */
async function clone(tools: readonly ('apt-get' | 'redis-server')[] = ['redis-server']): Promise<Clone> {
  const [folder, bin, rest] = [await newFolder(), await newFolder(), await newFolder()];
  await cp(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
  await mkdir(join(folder, 'cli'));
  await mkdir(join(folder, 'patches'));
  await writeFile(join(folder, 'package-lock.json'), '{}');
  await writeFile(join(folder, 'cli', 'eaio.ts'), program);
  const install = async (name: string, text: string): Promise<void> => {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  };
  await install('npm', npm);
  if (tools.includes('redis-server')) await install('redis-server', '#!/bin/sh\n');
  if (tools.includes('apt-get')) {
    await install('apt-get', aptGet);
    await install('sudo', sudo);
  }
  for (const name of ['sh', 'rm', 'mkdir', 'ln', 'cp', 'env', 'touch', 'dirname', 'chmod'])
    await symlink(`/bin/${name}`, join(bin, name)).catch(() => undefined);
  const calls = join(rest, 'calls');
  await writeFile(calls, '');
  const script = join(folder, 'scripts', 'bootstrap.mjs');
  const bootstrap: Clone['bootstrap'] = (args, env = {}, before = [script]) =>
    run([node, ...before, ...args], { PATH: bin, CALLS: calls, TMPDIR: rest, ...env });
  return {
    script,
    bootstrap,
    async done(args, env) {
      const it = bootstrap(args, env);
      const { code } = await it.ended;
      return { code, output: it.output() };
    },
    calls: async () => (await readFile(calls, 'utf8')).split('\n').filter((line) => line !== ''),
    write: (path, text) => writeFile(join(folder, path), text),
  };
}

const npmCi = 'npm ci --include=dev --no-audit --no-fund';

describe('the bootstrap', () => {
  // Proves: start.installs-what-is-missing
  test('installs once, says so in one line with its time, and again when the lock file or a patch changes', async () => {
    const { done, calls, write } = await clone();
    const first = await done(['eaio', 'config']);
    expect(first.output).toMatch(/^✓ Dependencies \(npm ci\) {2}\d+\.\d s\nstarted \d+ \["config"\]\n$/);
    expect((await done(['eaio', 'config'])).output).toMatch(/^started /);
    expect(await calls()).toEqual([npmCi]);
    await write('package-lock.json', '{"changed":true}');
    await done(['install']);
    await write('patches/one.patch', '');
    await done(['install']);
    expect(await calls()).toEqual([npmCi, npmCi, npmCi]);
  });

  test('installs once for two that begin together', async () => {
    const { done, calls } = await clone();
    const both = await Promise.all([done(['eaio', 'a']), done(['eaio', 'b'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await calls()).toEqual([npmCi]);
  });

  test('passes a failure of npm on, and tries again the next time', async () => {
    const { done } = await clone();
    const { code, output } = await done(['start'], { NPM_FAILS: '1' });
    expect(code).toBe(1);
    expect(output).toMatch(
      /✗ Dependencies[\s\S]*npm error EUSAGE the lock file is no good[\s\S]*npm ci failed, so the dependencies are not complete/,
    );
    expect(output).not.toContain('started');
    expect((await done(['install'])).code).toBe(0);
  });

  test.each([
    [
      ['start', '--port', '0'],
      ['up', '--port', '0'],
    ],
    [
      ['start', '--', '--port', '0'],
      ['up', '--port', '0'],
    ],
    [
      ['token', '--role', 'viewer'],
      ['token', '--role', 'viewer'],
    ],
    [
      ['eaio', 'import', 'bdg2', 'a b'],
      ['import', 'bdg2', 'a b'],
    ],
    [
      ['test', 'a.test.ts', '-t', 'x'],
      ['a.test.ts', '-t', 'x'],
    ],
  ])('hands %j over as %j', async (given, handed) => {
    const { done } = await clone();
    expect((await done(given)).output).toContain(JSON.stringify(handed));
  });

  test('ends as the program ends, and hands its signals on', async () => {
    const { bootstrap, done } = await clone();
    expect((await done(['eaio', 'fail'])).code).toBe(7);
    const it = bootstrap(['eaio', 'wait']);
    await it.prints(/started/);
    it.kill('SIGTERM');
    expect(await it.ended).toEqual({ code: 5, signal: null });
    expect(it.output()).toContain('stopped by SIGTERM');
  });

  // Proves: stop.kill-9
  test('killed without mercy it takes the program with it', async () => {
    const { bootstrap } = await clone();
    const it = bootstrap(['eaio', 'wait']);
    const [, pid = ''] = await it.prints(/started (\d+)/);
    it.kill('SIGKILL');
    expect(await processGone(Number(pid), 10_000)).toBe(true);
  });

  test('stops the program when the npm that started it is killed', async () => {
    const { bootstrap, done, script } = await clone();
    await done(['install']);
    // As npm does it: a process of its own between the person and us.
    const npmStart = `require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' })`;
    const it = bootstrap(['-e', npmStart, script, 'eaio', 'wait'], { npm_lifecycle_event: 'start' }, []);
    const [, pid = ''] = await it.prints(/started (\d+)/);
    it.kill('SIGKILL');
    await it.prints(/stopped by SIGTERM/);
    expect(await processGone(Number(pid), 10_000)).toBe(true);
  });

  // Proves: start.redis-server
  test('installs redis-server by apt-get where there is none, with fresh package lists if need be', async () => {
    const { done, calls } = await clone(['apt-get']);
    const { code, output } = await done(['start']);
    expect(output).toMatch(/✓ redis-server \((sudo )?apt-get\)/);
    expect(code).toBe(0);
    const install = 'apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends redis-server';
    expect(await calls()).toEqual([npmCi, install, 'apt-get -o DPkg::Lock::Timeout=120 update', install]);
  });

  // Proves: start.redis-server
  test('names the choices where redis-server is missing and nothing can install it, and needs none with REDIS_URL', async () => {
    const { done } = await clone([]);
    const { code, output } = await done(['start']);
    expect(code).toBe(1);
    expect(output).toMatch(
      /No redis-server was found[\s\S]*apt-get install redis-server[\s\S]*brew install redis[\s\S]*REDIS_URL=/,
    );
    expect((await done(['start'], { REDIS_URL: 'redis://127.0.0.1:1' })).output).toContain('["up"]');
    expect((await done(['start', '--help'])).output).toContain('["up","--help"]');
    expect((await done(['token'])).output).toContain('["token"]');
  });

  test('without a verb, or with an unknown one, says what there is', async () => {
    const { done } = await clone();
    for (const args of [[], ['fly']]) {
      expect(await done(args)).toEqual({
        code: 1,
        output: 'Say what to do: node scripts/bootstrap.mjs install | start | test | token | eaio\n',
      });
    }
  });
});
