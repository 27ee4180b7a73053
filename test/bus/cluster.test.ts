import { postgresPositions } from '../../platform/bus/consume/postgres-positions.ts';
import { inTransaction } from '../../platform/postgres/transaction.ts';
import { createTestRedisCluster } from '../kit/redis-cluster.ts';
import { until } from '../kit/wait.ts';
import { busDatabase, numbersOf, openBus, range, ticks } from './ground.ts';

// Proves: bus.cluster
test('on a Cluster of three masters partitions lie on all of them; groups, changes of partitions and dead letters work', async () => {
  await using cluster = await createTestRedisCluster();
  await using database = await busDatabase();
  const topic = 'test.ticked';
  await using it = openBus(cluster.redis, { topics: { [topic]: { partitions: 8 } } });
  const places = await it.bus.publish(ticks(1, 500, 40));
  const nodes = await Promise.all(
    places.map(({ partition }) => cluster.nodeOf(partition === 0 ? `{${topic}}` : `{${topic}.${partition}}`)),
  );
  expect(new Set(nodes).size).toBe(3);
  const plain: number[] = [];
  const stored: number[] = [];
  const retry = { attempts: 2, firstPauseMs: 1, maxPauseMs: 2 };
  it.bus.consume({
    ...{ group: 'plain', topics: [topic], positions: 'redis', retry },
    async handle(batch) {
      if (numbersOf(batch).includes(7)) throw new Error('not 7');
      plain.push(...numbersOf(batch));
    },
  });
  it.bus.consume({
    ...{ group: 'store', topics: [topic], positions: postgresPositions(database.pool) },
    async handle(batch) {
      await inTransaction(database.pool, (client) => batch.commitIn(client));
      stored.push(...numbersOf(batch));
    },
  });
  await it.office.layouts.repartition(topic, 3);
  await it.bus.publish(ticks(501, 1_000, 40));
  await until(() => stored.length >= 1_000 && plain.length >= 999, {
    what: 'all events',
    deadlineMs: 20_000,
  });
  expect(stored.toSorted((a, b) => a - b)).toEqual(range(1, 1_000));
  expect(plain.toSorted((a, b) => a - b)).toEqual(range(1, 1_000).filter((n) => n !== 7));
  expect(await it.office.deadLetters.list(topic, { limit: 5 })).toMatchObject([
    { group: 'plain', attempts: 2 },
  ]);
});
