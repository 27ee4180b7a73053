import { createFolder, hourlyRows, metadataOf } from '../../test/bdg2/folder.ts';
import { createLeapingClock } from '../../test/connectors/leaping-clock.ts';
import { createRecordingSink } from '../../test/connectors/recording-sink.ts';
import { createBdg2Replay } from './replay.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const wallStart = Date.UTC(2030, 0, 1);
/** Forty days from 2016-01-01, New York's midnight: E ends at 2016-02-10T05:00Z, five hours after L. */
const dataEnd = Date.UTC(2016, 1, 10, 5);
const files = {
  'metadata.csv': metadataOf([
    { building_id: 'E', site_id: 'East', timezone: 'US/Eastern' },
    { building_id: 'L', site_id: 'London', timezone: 'Europe/London' },
  ]),
  'gas.csv': `timestamp,E,L\n${hourlyRows('2016-01-01T00:00:00', 960, (hour) => `${hour},${1000 + hour}`)}`,
};

interface ReplayOptions {
  readonly speed?: number;
  readonly holdBackDays?: number;
  readonly latestMs?: ReadonlyMap<string, number>;
  readonly onWrite?: (write: number) => number;
  readonly stopAfter?: number;
}

async function replay({ onWrite = () => 0, stopAfter = Infinity, ...options }: ReplayOptions = {}) {
  await using folder = await createFolder(files);
  const clock = createLeapingClock(wallStart);
  const controller = new AbortController();
  const messages: string[] = [];
  let writes = 0;
  const sink = createRecordingSink(clock, () => {
    writes += 1;
    if (writes >= stopAfter) controller.abort();
    clock.pass(onWrite(writes));
  });
  const note = (_: object, message: string): void => void messages.push(message);
  const log = { info: note, warn: note };
  await createBdg2Replay({ dir: folder.dir, sink, clock, log, ...options }).run(controller.signal);
  return { written: sink.written, batches: sink.batches, messages };
}

describe('the replay of BDG2', () => {
  // Proves: live.bdg2-replay
  test('plays the last thirty days in the order of time, each hour when it is over', async () => {
    const { written, messages } = await replay();
    expect(written.map(({ timeMs }) => timeMs)).toEqual(
      written.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b),
    );
    expect(written.filter(({ meterId }) => meterId === 'E:gas')).toHaveLength(720);
    expect(written.filter(({ meterId }) => meterId === 'L:gas')).toHaveLength(715);
    for (const { atMs, timeMs } of written) {
      // 60 times as fast as real: the hour from `timeMs` on is over so many wall minutes behind the start.
      expect(atMs).toBe(wallStart + (timeMs + hourMs - (dataEnd - 30 * dayMs)) / 60);
    }
    expect(messages.at(-1)).toBe('The replay of BDG2 has come to the end of the data.');
  });

  test('goes as fast as it is told', async () => {
    const { written } = await replay({ speed: 3600, holdBackDays: 1 });
    expect(written.at(-1)?.atMs).toBe(wallStart + 24_000);
  });

  test('goes on where the store ends; a meter that is behind is brought up at once', async () => {
    const storeEnd = dataEnd - 2 * dayMs;
    const latestMs = new Map([
      ['E:gas', storeEnd - hourMs],
      ['L:gas', storeEnd - 4 * hourMs],
      ['Elsewhere:gas', dataEnd + dayMs],
    ]);
    const { written } = await replay({ latestMs });
    expect(written.filter(({ atMs }) => atMs === wallStart)).toMatchObject([
      { meterId: 'L:gas', timeMs: storeEnd - 3 * hourMs },
      { meterId: 'L:gas', timeMs: storeEnd - 2 * hourMs },
      { meterId: 'L:gas', timeMs: storeEnd - hourMs },
    ]);
    expect(written.filter(({ meterId }) => meterId === 'E:gas')[0]).toMatchObject({
      timeMs: storeEnd,
      atMs: wallStart + 60_000,
    });
  });

  test('has nothing to do where all is stored', async () => {
    const { written, messages } = await replay({
      latestMs: new Map([
        ['E:gas', dataEnd],
        ['L:gas', dataEnd],
      ]),
    });
    expect(written).toEqual([]);
    expect(messages.at(-1)).toBe('The replay of BDG2 has come to the end of the data.');
  });

  test('hands a sink that falls behind more at once, at most a day, and loses nothing', async () => {
    const { written, batches } = await replay({ onWrite: (write) => (write === 1 ? 60 * 60_000 : 0) });
    expect(written).toHaveLength(720 + 715);
    expect(Math.max(...batches)).toBe(48);
    expect(batches.filter((size) => size > 2)).toEqual([48, 48, 24]);
  });

  test('keeps readings that the sink refuses and tries again', async () => {
    const { written, messages } = await replay({
      onWrite(write) {
        if (write <= 3) throw new Error('database away');
        return 0;
      },
    });
    expect(written).toHaveLength(720 + 715);
    expect(new Set(written.map(({ meterId, timeMs }) => `${meterId} ${timeMs}`)).size).toBe(720 + 715);
    expect(messages.filter((message) => message.startsWith('Readings could not be stored'))).toHaveLength(3);
  });

  test('stops when it is told to', async () => {
    const { batches, messages } = await replay({ stopAfter: 5 });
    expect(batches).toHaveLength(5);
    expect(messages).toEqual(['Replaying the end of BDG2.']);
  });

  test('has a speed above zero', () => {
    const clock = createLeapingClock(0);
    const log = { info: () => undefined, warn: () => undefined };
    expect(() =>
      createBdg2Replay({ dir: '.', sink: createRecordingSink(clock), clock, log, speed: 0 }),
    ).toThrow('above zero');
  });
});
