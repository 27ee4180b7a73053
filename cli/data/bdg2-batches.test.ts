import type { MeterSeries } from '../../connectors/meter-series.ts';
import { inMonthOrder } from './bdg2-batches.ts';

const series = (meterId: string, timeMs: number): MeterSeries => ({
  meterId,
  timesMs: Float64Array.of(timeMs),
  values: Float64Array.of(1),
  intervalSeconds: 3600,
});

function file(meterId: string, times: readonly number[]) {
  const state = { closed: false };
  return {
    state,
    async *batches() {
      try {
        for (const time of times) yield [series(meterId, time)];
      } finally {
        state.closed = true;
      }
    },
  };
}

const told = (batch: readonly MeterSeries[]) =>
  batch.map(({ meterId, timesMs }) => `${meterId}${timesMs[0]}`).join();

describe('batches of several files', () => {
  test('come in one order of time', async () => {
    const batches: string[] = [];
    for await (const batch of inMonthOrder([file('a', [1, 4, 5]), file('b', [2, 3]), file('c', [])]))
      batches.push(told(batch));
    expect(batches).toEqual(['a1', 'b2', 'b3', 'a4', 'a5']);
  });

  test('leave no file open when the reader breaks off', async () => {
    const files = [file('a', [1, 4]), file('b', [2, 3])];
    for await (const _ of inMonthOrder(files)) break;
    expect(files.map(({ state }) => state.closed)).toEqual([true, true]);
  });
});
