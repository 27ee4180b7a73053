import { registerQualityMetrics } from '../../cli/quality/quality-metrics.ts';
import type { RoleContext } from '../../cli/roles/role.ts';
import { createWorkers } from '../../cli/roles/workers.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { until } from '../kit/wait.ts';
import { createTestGround, loadTestData, type TestGround } from './ground.ts';
import { runMain } from './run-main.ts';

let ground: TestGround;

beforeAll(async () => {
  ground = await createTestGround();
  await loadTestData(ground);
}, 60_000);
afterAll(() => ground[Symbol.asyncDispose]());

const count = async (text: string): Promise<number> =>
  (await ground.database.pool.query<{ count: number }>(text)).rows[0]?.count ?? 0;
const dayAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

test('a load is a job of its own in the lineage, and its readings name it', async () => {
  const { rows } = await ground.database.pool.query(
    `select e.state, e.event #>> '{inputs,0,name}' as input, o.kind, o.source
     from energy.lineage_event e left join energy.origin o on o.run_id = e.run_id::text where job = 'import' order by e.id`,
  );
  expect(rows).toEqual([
    { state: 'START', input: 'synthetic.1', kind: 'bulk', source: 'synthetic' },
    { state: 'COMPLETE', input: 'synthetic.1', kind: 'bulk', source: 'synthetic' },
  ]);
});

test('`eaio estimate` fills the gaps of a range, and once', async () => {
  const args = ['estimate', '--from', dayAgo(400), '--to', dayAgo(100)];
  const first = await runMain(args, ground.env());
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const estimated = await count('select count(*) from energy.reading where quality = 2');
  expect(estimated).toBeGreaterThan(0);
  expect(await runMain(args, ground.env())).toMatchObject({ code: 0 });
  expect(await count('select count(*) from energy.reading where quality = 2')).toBe(estimated);
});

test('`eaio sync` tells what differs by its exit code, mends it, and says what it did', async () => {
  const day = dayAgo(50);
  const range = ['--from', day, '--to', day];
  expect(await runMain(['sync', 'check', ...range], ground.env())).toMatchObject({ code: 0 });
  await ground.database.pool.query('update energy.reading_day set sum = sum + 5 where day = $1', [day]);
  const found = await runMain(['sync', 'check', ...range], ground.env());
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(/^ {2}DAY \S+:\S+ \d{4}-/m);
  const metrics = createMetrics();
  registerQualityMetrics(metrics, ground.database.pool);
  const ratio = async () =>
    Number(/^eaio_sync_error_ratio (\S+)$/m.exec((await metrics.exposition()).text)?.[1]);
  expect(await ratio()).toBeGreaterThan(0);
  expect(await runMain(['sync', 'repair', ...range], ground.env())).toMatchObject({ code: 0 });
  expect(await ratio()).toBe(0);
  expect(await runMain(['sync', 'check', ...range], ground.env())).toMatchObject({ code: 0 });
  const wrong = await runMain(['sync', 'check', '--from', 'June', '--to', day], ground.env());
  expect(wrong.code).not.toBe(0);
  expect(wrong.stderr).toContain('A day is wanted');
});

// Proves: quality.looked-after
test('the workers look after gaps, quality and agreement by themselves, and metrics show it', async () => {
  const context: RoleContext = {
    config: ground.config({ EAIO_QUALITY_EVERY_S: '1', EAIO_ESTIMATE_AFTER_S: '60' }),
    databaseUrl: ground.database.url,
    redisUrl: ground.redis.url,
    log: createLogger({ level: 'silent', name: 'test' }),
    lifecycle: ground.lifecycle,
  };
  const before = await count('select count(*) from energy.sync_check');
  const role = await createWorkers(context);
  await role.serve();
  await until(async () => (await count('select count(*) from energy.sync_check')) > before, {
    what: 'a check by the workers',
    deadlineMs: 30_000,
  });
  const metrics = createMetrics();
  registerQualityMetrics(metrics, ground.database.pool);
  const { text } = await metrics.exposition();
  expect(text).toMatch(/^eaio_data_completeness_ratio\{meter_type="ELECTRICITY"\} (0\.\d+|1)$/m);
  expect(text).toMatch(/^eaio_data_validity_ratio\{meter_type="ELECTRICITY"\} (0\.\d+|1)$/m);
  expect(
    await count(`select count(*) from energy.lineage_event where job = 'estimation' and state = 'COMPLETE'`),
  ).toBeGreaterThan(0);
  expect(
    await count(`select count(*) from energy.lineage_event where job = 'rollup' and state = 'COMPLETE'`),
  ).toBe(1);
}, 60_000);
