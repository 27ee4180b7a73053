import type { Delivery } from '../../../platform/bus/types.ts';
import { collectNews } from './news.ts';

/** Deliveries given one by one, as a bus gives them. */
function channel() {
  const waiting: Delivery[] = [];
  let wake = (): void => undefined;
  let end: { readonly error?: Error } | undefined;
  return {
    give(...deliveries: Delivery[]) {
      waiting.push(...deliveries);
      wake();
    },
    end(error?: Error) {
      end = error === undefined ? {} : { error };
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else if (end?.error !== undefined) throw end.error;
        else if (end !== undefined) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

const event = (data: unknown): Delivery => ({
  kind: 'event',
  position: '1-0',
  event: {
    type: 'eaio.energy.test.v1',
    source: '/',
    specversion: '1.0',
    id: '1',
    time: '2017-06-01T00:00:00Z',
    data,
  },
});
const stored = (count: number, buildingId = 'b', type = 'GAS') =>
  event({
    readings: Array.from({ length: count }, (_, hour) => ({
      meterId: 'm',
      buildingId,
      type,
      time: new Date(hour * 3_600_000).toISOString(),
      intervalSeconds: 3_600,
      value: hour,
      quality: 'GOOD',
    })),
  });
const gap: Delivery = {
  kind: 'gap',
  position: '2-0',
  from: '2017-06-01T00:00:00Z',
  to: '2017-06-02T00:00:00Z',
  reason: 'trimmed',
};

function open() {
  const [readings, history] = [channel(), channel()];
  return {
    readings,
    history,
    news: collectNews({ buildingId: 'b', type: 'GAS', stored: readings, history }),
  };
}

test('readings of the building and type wait until they are taken, others do not', async () => {
  const { news, readings } = open();
  readings.give(stored(1, 'other'), stored(1, 'b', 'WATER'), stored(2));
  expect(await news.arrived()).toBe(true);
  expect(news.take().readings.map(({ value, timeMs }) => [value, timeMs])).toEqual([
    [0, 0],
    [1, 3_600_000],
  ]);
  expect(news.take()).toEqual({ readings: [], missed: false });
});

test('more readings than the bound are dropped and told as missed', async () => {
  const { news, readings } = open();
  readings.give(stored(5_001));
  await news.arrived();
  expect(news.take()).toEqual({ readings: [], missed: true });
});

test('a gap, and history loaded into the building, are told as missed', async () => {
  const { news, readings, history } = open();
  readings.give(gap);
  await news.arrived();
  expect(news.take()).toEqual({ readings: [], missed: true });
  history.give(event({ buildingIds: ['other'] }), event({ buildingIds: ['a', 'b'] }));
  await news.arrived();
  expect(news.take()).toEqual({ readings: [], missed: true });
});

test('the end is told, after what still waits', async () => {
  const { news, readings, history } = open();
  const waiting = news.arrived();
  readings.give(stored(1));
  expect(await waiting).toBe(true);
  readings.end();
  history.end();
  expect(await news.arrived()).toBe(true);
  news.take();
  expect(await news.arrived()).toBe(false);
  expect(await news.arrived()).toBe(false);
});

test('a failure of the bus is told to whoever waits, and to whoever asks later', async () => {
  const { news, readings } = open();
  const waiting = news.arrived();
  readings.end(new Error('no bus'));
  await expect(waiting).rejects.toThrow('no bus');
  await expect(news.arrived()).rejects.toThrow('no bus');
});
