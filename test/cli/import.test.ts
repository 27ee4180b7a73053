import { resolve } from 'node:path';
import { datasetOf } from '../../cli/data/dataset.ts';
import { claimDataset } from '../../cli/data/dataset-store.ts';
import { importBdg2 } from '../../cli/import/import-bdg2.ts';
import { createSteps, type Steps } from '../../cli/output/steps.ts';
import { Interrupted } from '../../cli/supervisor/stop-signal.ts';
import { writeBdg2Folder } from './bdg2-folder.ts';
import { eaio, eaioDone, up, useFolders } from './eaio.ts';
import { createTestGround, type TestGround } from './ground.ts';
import { textSink } from './run-main.ts';

const newFolder = useFolders();

describe('eaio import bdg2', () => {
  // Proves: import.faults-reported, import.repeatable, import.resumable
  test('loads what is right, reports what is not with its place, changes nothing the second time, and goes on when it was broken off', async () => {
    await using ground = await createTestGround();
    const directory = await newFolder();
    const cells = [
      [5, 0, '-3'],
      [6, 1, 'many'],
      [7, 2, ''],
    ] as const;
    await writeBdg2Folder(directory, { buildings: 10, days: 120, cells });
    const run = async (during?: (steps: Steps, stop: AbortController) => Steps) => {
      const sink = textSink();
      const stop = new AbortController();
      const steps = createSteps({ stream: sink });
      const done = await importBdg2({
        config: ground.config(),
        directory,
        prefer: 'cleaned',
        steps: during?.(steps, stop) ?? steps,
        stop: stop.signal,
      });
      return { done, said: sink.text() };
    };

    // Broken off as soon as the first readings are in.
    const broken = await run((steps, stop) => ({
      ...steps,
      run: (title, work) =>
        steps.run(title, (step) =>
          work({
            ...step,
            progress(...how) {
              step.progress(...how);
              stop.abort(new Interrupted());
            },
          }),
        ),
    }));
    expect(broken.done).toBe(false);
    expect(broken.said).toContain('Interrupted: what is loaded stays, and the same command goes on.');

    const first = await run();
    expect(first.done).toBe(true);
    expect(first.said).toMatch(/28,797 readings in .*: [\d,]+ readings\/s\./);
    expect(first.said).toContain('1 cells are empty');
    expect(first.said).toMatch(
      /2 faults in the files:[\s\S]*NEGATIVE_VALUE: 1\..*\n\s+electricity\.csv:7 Rat_office_0: [\s\S]*NOT_A_NUMBER: 1\..*\n\s+electricity\.csv:8 Rat_office_1: /,
    );
    expect((await run()).said).toMatch(/0 new, 0 changed, 28,797 known before/);
    const { rows } = await ground.database.pool.query(
      'select count(*)::int as readings, sum(value) as total from energy.reading',
    );
    const perHour = Array.from({ length: 10 }, (_, index) => 10 + index).reduce(
      (sum, value) => sum + value,
      0,
    );
    expect(rows).toEqual([{ readings: 28_797, total: perHour * 120 * 24 - 10 - 11 - 12 }]);
  }, 60_000);

  // Proves: live.bdg2-replay, import.while-running
  test('follows the publisher, saying what looks wrong, and corrects it where that is asked for', async () => {
    const directory = await newFolder();
    await writeBdg2Folder(directory, { buildings: 1, days: 1, site: { id: 'Fox', zone: 'US/Mountain' } });
    const run = async (ground: TestGround, corrections: 'on' | 'off') => {
      const sink = textSink();
      await importBdg2({
        config: ground.config({ EAIO_BDG2_CORRECTIONS: corrections }),
        directory,
        prefer: 'cleaned',
        steps: createSteps({ stream: sink }),
        stop: new AbortController().signal,
      });
      const { rows } = await ground.database.pool.query(
        'select time_zone as zone, first_reading_at as first from energy.building b join energy.meter m on m.building_id = b.id',
      );
      return { said: sink.text(), rows };
    };
    await using published = await createTestGround();
    const asPublished = await run(published, 'off');
    expect(asPublished.said).toMatch(
      /^Fox looks wrong, and is followed as published; --corrections \(EAIO_BDG2_CORRECTIONS=on\) corrects it to America\/Phoenix\. Published as US\/Mountain/m,
    );
    expect(asPublished.rows).toEqual([{ zone: 'America/Denver', first: new Date('2016-06-01T06:00Z') }]);

    await using corrected = await createTestGround();
    const asCorrected = await run(corrected, 'on');
    expect(asCorrected.said).toMatch(/^Corrected Fox to America\/Phoenix: /m);
    expect(asCorrected.rows).toEqual([{ zone: 'America/Phoenix', first: new Date('2016-06-01T07:00Z') }]);

    await expect(run(published, 'on')).rejects.toThrow(
      'The database holds BDG2 as published: import without --corrections',
    );
    await expect(run(corrected, 'off')).rejects.toThrow(
      'The database holds BDG2 with corrections: import with --corrections',
    );
    const dataset = datasetOf(corrected.config({ EAIO_BDG2_DIR: directory }));
    await expect(claimDataset(corrected.database.pool, dataset)).rejects.toThrow(
      /^The database holds BDG2 from .*, with corrections, and this start asks for BDG2 from /,
    );
  }, 60_000);

  // Proves: live.bdg2-replay, import.while-running
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
  }, 120_000);

  test('makes a database of its own when nothing runs, says how to serve it, and ends on Ctrl-C as programs do', async () => {
    const [files, dataDir] = [await newFolder(), await newFolder()];
    await writeBdg2Folder(files, { buildings: 3, days: 40 });
    const args = ['import', 'bdg2', files, '--data-dir', dataDir];
    const broken = eaio(args);
    await broken.prints(/✓ PostgreSQL/);
    broken.kill('SIGINT');
    expect(await broken.ended).toEqual({ code: 130, signal: null });

    const { code, output } = await eaioDone(args);
    expect(code).toBe(0);
    expect(output).toContain(`To serve it: npm start -- --bdg2 ${resolve(files)}`);
    const system = await up(dataDir, ['--bdg2', files]);
    expect(system.output()).toContain('loaded by an earlier start');
    system.kill('SIGTERM');
    await system.ended;
  }, 120_000);
});
