import { writeBdg2Folder } from './bdg2-folder.ts';
import { eaio, eaioDone, up, useFolders } from './eaio.ts';

const newFolder = useFolders();

describe('eaio import bdg2', () => {
  test('loads what is right, reports what is not with its place, changes nothing the second time, and goes on when it was broken off', async () => {
    const [files, dataDir] = [await newFolder(), await newFolder()];
    await writeBdg2Folder(files, {
      buildings: 20,
      days: 60,
      cells: [
        [5, 0, '-3'],
        [6, 1, 'many'],
        [7, 2, ''],
      ],
    });
    const args = ['import', 'bdg2', files, '--data-dir', dataDir];

    const broken = eaio(args);
    await broken.prints(/✓ PostgreSQL/);
    broken.kill('SIGINT');
    expect(await broken.ended).toEqual({ code: 130, signal: null });
    expect(broken.output()).toContain('Interrupted: what is loaded stays, and the same command goes on.');

    const first = await eaioDone(args);
    expect(first.code).toBe(0);
    expect(first.output).toMatch(/28,797 readings in .*: [\d,]+ readings\/s\./);
    expect(first.output).toContain('1 cells are empty');
    expect(first.output).toMatch(
      /2 faults in the files:[\s\S]*NEGATIVE_VALUE: 1\..*\n\s+electricity\.csv:7 Rat_office_0: [\s\S]*NOT_A_NUMBER: 1\..*\n\s+electricity\.csv:8 Rat_office_1: /,
    );
    expect(first.output).toContain(`To serve it: npm start -- --bdg2 ${files}`);

    const second = await eaioDone(args);
    expect(second.output).toMatch(/0 new, 0 changed, 28,797 known before/);
  }, 120_000);

  test('goes into the system that runs, whose answers have it at once', async () => {
    const [files, dataDir] = [await newFolder(), await newFolder()];
    await writeBdg2Folder(files, { buildings: 2, days: 40 });
    // The replay goes at one reading an hour, so that what it brings is not mixed up with the import.
    const system = await up(dataDir, ['--bdg2', files, '--speed', '1']);
    const total = async (): Promise<unknown> => {
      const query =
        '{ portfolioEnergy(range: { from: "2016-06-01", to: "2016-07-31" }, interval: MONTH) { total } }';
      const answer = await fetch(`${system.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${system.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const { data } = (await answer.json()) as { data: { portfolioEnergy: readonly { total: number }[] } };
      return data.portfolioEnergy[0]?.total;
    };
    // The last 30 days are held back for the replay.
    expect(await total()).toBeCloseTo(10 * 24 * (10 + 11));

    const { code, output } = await eaioDone(['import', 'bdg2', files, '--data-dir', dataDir]);
    expect(output).toContain(`Into the system that runs at ${system.url}.`);
    expect(code).toBe(0);
    expect(await total()).toBeCloseTo(40 * 24 * (10 + 11));
    system.kill('SIGTERM');
    await system.ended;

    const next = await up(dataDir, ['--bdg2', files]);
    expect(next.output()).toContain(`BDG2 from ${files.split('/').at(-1)}, loaded by an earlier start`);
    next.kill('SIGTERM');
    await next.ended;
  }, 120_000);
});
