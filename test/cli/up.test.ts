import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { processGone } from '../../platform/lifecycle/processes.ts';
import { alive, eaioDone, processesOf, up, useFolders } from './eaio.ts';

const newFolder = useFolders();

const ask = (url: string, token: string, body: string) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });

describe('eaio up', () => {
  test('serves what it prints, refuses a second start on its folder, keeps its processes alive, and leaves none behind', async () => {
    const folder = await newFolder();
    const system = await up(folder);

    const printedQuery = /-d '(\{"extensions".*\})'/.exec(system.output())?.[1] ?? '';
    const answer = await ask(system.url, system.token, printedQuery);
    expect(await answer.json()).toMatchObject({ data: { portfolio: { siteCount: 2, buildingCount: 2 } } });
    expect(await (await fetch(`${system.url}/health/ready`)).json()).toMatchObject({ status: 'ok' });

    const token = (await eaioDone(['token', '--role', 'viewer', '--data-dir', folder])).output.trim();
    expect((await ask(system.url, token, printedQuery)).status).toBe(200);
    expect((await ask(system.url, `${token}x`, printedQuery)).status).toBe(401);

    const second = await eaioDone(['up', '--port', '0', '--data-dir', folder]);
    expect(second).toEqual({
      code: 1,
      output: `EAIO already runs on this data folder (process ${system.pid}, ${system.url}): stop it first, or give this one its own with --data-dir DIR.\n`,
    });

    const before = processesOf(folder);
    process.kill(before['edge'] ?? 0, 'SIGKILL');
    await system.prints(/The edge process ended \(SIGKILL\)[\s\S]*The edge process serves again/);
    expect((await ask(system.url, system.token, printedQuery)).status).toBe(200);

    const processes = processesOf(folder);
    expect(alive(processes)).toEqual(['supervisor', 'postgres', 'redis', 'workers', 'edge']);
    system.kill('SIGTERM');
    expect(await system.ended).toEqual({ code: 0, signal: null });
    expect(system.output()).toMatch(
      /Stopping\.\n.*Edge drained.*\n.*Workers drained.*\n.*(Redis|PostgreSQL) stopped.*\n.*(Redis|PostgreSQL) stopped/,
    );
    expect(alive(processes)).toEqual([]);
    expect(existsSync(join(folder, 'run.json'))).toBe(false);
  }, 120_000);

  test('killed without mercy it leaves nothing that blocks the next start, which loads nothing again', async () => {
    const folder = await newFolder();
    const system = await up(folder);
    const processes = processesOf(folder);
    system.kill('SIGKILL');
    await system.ended;

    const next = await up(folder);
    expect(next.output()).toContain('loaded by an earlier start');
    expect(alive(processes)).toEqual([]);
    next.kill('SIGINT');
    expect(await next.ended).toEqual({ code: 0, signal: null });
  }, 120_000);

  test('goes on by itself where an earlier start was killed while it made the database, and while it loaded', async () => {
    const folder = await newFolder();
    const { eaio } = await import('./eaio.ts');
    const first = eaio(['up', '--port', '0', '--data-dir', folder]);
    // Redis is up at once, and PostgreSQL is still being made.
    await first.prints(/✓ Redis/);
    first.kill('SIGKILL');
    await first.ended;

    const second = eaio(['up', '--port', '0', '--data-dir', folder], { EAIO_BUILDINGS: '8' });
    await second.prints(/✓ Synthetic portfolio/);
    second.kill('SIGKILL');
    await second.ended;

    const third = await up(folder, [], { EAIO_BUILDINGS: '8' });
    expect(third.output()).toMatch(/✓ History of two years: [\d,]+ readings/);
    const processes = processesOf(folder, 'synthetic_8_seed_1');
    third.kill('SIGTERM');
    await third.ended;
    await Promise.all(Object.values(processes).map((pid) => processGone(pid, 5_000)));
    expect(alive(processes)).toEqual([]);
  }, 120_000);
});
