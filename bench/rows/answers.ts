import type { Pool } from 'pg';
import { pino } from 'pino';
import { openIngestion } from '../../cli/graph/open-ingestion.ts';
import { openQuality } from '../../cli/graph/open-quality.ts';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import { systemPrincipal } from '../../platform/identity/access.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { createEnergySubgraph } from '../../subgraphs/energy/subgraph.ts';
import type { Bench, Stage } from '../measure/bench.ts';
import { interleave } from '../measure/rounds.ts';
import { median } from '../measure/row.ts';

const log = pino({ level: 'silent' });

const monthByDay = `query ($id: ID!, $range: TimeRange!) {
  _entities(representations: [{ __typename: "Building", id: $id }]) {
    ... on Building { energyUse(range: $range, interval: DAY) { type unit total coverage points { date hours sum mean min max coverage } } }
  }
}`;
const portfolioByMonth = `query ($range: TimeRange!) {
  portfolioEnergy(range: $range, interval: MONTH) { type unit total coverage points { date sum coverage } }
}`;
/** What the answers are made of, asked for without us. */
const monthByDaySql = `
  select m.type, d.day, d.sum, d.min_rate, d.max_rate, d.covered_s
  from energy.meter m join energy.reading_day d using (meter_no)
  where m.building_id = $1 and d.day between $2 and $3 order by m.type, d.day`;
const portfolioByMonthSql = `
  select m.type, r.month, sum(r.sum), sum(r.covered_s) from energy.meter m join energy.reading_month r using (meter_no)
  where r.month between $1 and $2 group by 1, 2 order by 1, 2`;

/** Answers of the energy subgraph, executor to result, one after the other; nothing is cached. */
export const answers: Bench = {
  name: 'answers',
  about:
    'a month of a building by day, and a portfolio by month, beside the bare SQL (--database URL: at scale)',
  async run(stage) {
    await using lifecycle = createLifecycle();
    const { pool, ask } = await open(stage, lifecycle);
    const buildings = await pool.query<{ id: string }>(
      'select id from energy.building order by md5(id) limit 50',
    );
    const span = await pool.query<{ to: string }>(
      `select to_char(date_trunc('month', max(last_reading_at)) - interval '1 day', 'YYYY-MM-DD') as "to" from energy.meter`,
    );
    const readings = await pool.query<{ rows: string }>(
      'select coalesce(sum(count), 0)::bigint as rows from energy.reading_month',
    );
    const last = span.rows[0]?.to ?? '';
    const month = { from: `${last.slice(0, 8)}01`, to: last };
    const year = { from: `${Number(last.slice(0, 4)) - 1}${last.slice(4, 8)}01`, to: last };
    let turn = 0;
    const nextBuilding = () => buildings.rows[turn++ % buildings.rows.length]?.id ?? '';
    const contestants = {
      month: () => ask(monthByDay, { id: nextBuilding(), range: month }),
      monthSql: () => pool.query(monthByDaySql, [nextBuilding(), month.from, month.to]),
      portfolio: () => ask(portfolioByMonth, { range: year }),
      portfolioSql: () => pool.query(portfolioByMonthSql, [year.from, year.to]),
    };
    for (const one of Object.values(contestants)) for (let warm = 0; warm < 20; warm += 1) await one();
    const timed = (once: () => Promise<unknown>) => () => medianMs(once, stage.quick ? 20 : 60);
    const found = await interleave(stage.rounds, {
      month: timed(contestants.month),
      monthSql: timed(contestants.monthSql),
      portfolio: timed(contestants.portfolio),
      portfolioSql: timed(contestants.portfolioSql),
    });
    const size = `${(Number(readings.rows[0]?.rows ?? 0) / 1e6).toFixed(1)} M readings`;
    return [
      {
        what: `a month of one building by day, ${size}`,
        ours: { samples: found.month, unit: 'ms' },
        reference: { name: 'bare SQL on the rollups', samples: found.monthSql, unit: 'ms' },
        aim: { of: 'ours', most: 20 },
      },
      {
        what: `portfolio total by month, a year, ${size}`,
        ours: { samples: found.portfolio, unit: 'ms' },
        reference: { name: 'bare SQL on the rollups', samples: found.portfolioSql, unit: 'ms' },
        aim: { of: 'ours', most: 300 },
      },
    ];
  },
};

type Ask = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<unknown>;

async function open(
  { databaseUrl, ground, system }: Stage,
  lifecycle: ReturnType<typeof createLifecycle>,
): Promise<{ readonly pool: Pool; readonly ask: Ask }> {
  const { redisUrl } = await ground();
  const pool = createPool({
    connectionString: databaseUrl ?? (await system()).databaseUrl,
    max: 4,
    applicationName: 'eaio-bench',
  });
  lifecycle.defer('pool', () => pool.end());
  const redis = createRedis(redisUrl, { name: 'eaio-bench' });
  lifecycle.defer('redis', () => redis.disconnect());
  const bus = lifecycle.use('bus', createBus({ redis, schemas: loadEventSchemas(), log }));
  const ingestion = await openIngestion({ pool, bus, log, lifecycle });
  const quality = await openQuality({ pool, bus, log, lifecycle });
  const subgraph = createEnergySubgraph({ pool, ingestion, quality, bus, log });
  return {
    pool,
    async ask(query, variables) {
      const { data, errors } = await subgraph.execute({ query, variables, principal: systemPrincipal });
      if (errors !== undefined || data == null)
        throw new Error(`The energy subgraph answered ${JSON.stringify(errors)}`);
      return data;
    },
  };
}

async function medianMs(once: () => Promise<unknown>, times: number): Promise<number> {
  const taken: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    const begun = performance.now();
    await once();
    taken.push(performance.now() - begun);
  }
  return median(taken);
}
