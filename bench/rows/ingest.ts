import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { openLoader } from '../../cli/data/loader.ts';
import type { MeterFacts } from '../../connectors/facts.ts';
import { createLifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { System } from '../ground/system.ts';
import type { Bench } from '../measure/bench.ts';
import { interleave } from '../measure/rounds.ts';

const meterCount = 100;
const batchReadings = 1_000;
const concurrency = 4;
const intervalMs = 900_000;

interface Reading {
  readonly meterId: string;
  readonly time: string;
  readonly value: number;
}

/** A gateway that sends what 100 meters measured, 1,000 quarter-hours at a time, four requests at once. */
export const ingest: Bench = {
  name: 'ingest',
  about: 'readings over HTTP in batches of 1,000, JSON and NDJSON, beside a COPY of each batch',
  async run({ ground, system, quick, rounds }) {
    const [base, all] = [await ground(), await system()];
    const meters = await registerMeters(all);
    const authorization = `Bearer ${await base.tokenFor('integrator')}`;
    const next = batches(meters);
    const perRound = quick ? 10 : 40;
    const take = () => Array.from({ length: perRound }, () => next.next().value);
    const url = `${all.edge.url}/ingest/v1/readings`;
    const send = (type: string, encode: (readings: readonly Reading[]) => string) => async () => {
      const bodies = take().map(encode);
      return await timed(bodies, async (body) => {
        const headers = { authorization, 'content-type': type };
        const response = await fetch(url, { method: 'POST', headers, body });
        const text = await response.text();
        const { stored }: { stored?: number } = response.ok ? JSON.parse(text) : {};
        if (stored !== batchReadings)
          throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
      });
    };
    await using copy = await openCopies(all.databaseUrl);
    const found = await interleave(rounds, {
      json: send('application/json', (readings) => JSON.stringify(readings)),
      ndjson: send('application/x-ndjson', (readings) =>
        readings.map((it) => `${JSON.stringify(it)}\n`).join(''),
      ),
      copy: () => timed(take().map(copyText), copy.load),
    });
    const reference = { name: 'COPY and commit of each batch', samples: found.copy, unit: '/s' as const };
    return [
      {
        what: `ingest over HTTP, JSON, ${concurrency} at once`,
        ours: { samples: found.json, unit: '/s' },
        reference,
      },
      {
        what: `ingest over HTTP, NDJSON, ${concurrency} at once`,
        ours: { samples: found.ndjson, unit: '/s' },
        reference,
      },
    ];
  },
};

async function registerMeters({ databaseUrl, ground }: System): Promise<readonly string[]> {
  await using lifecycle = createLifecycle();
  const loader = await openLoader({ databaseUrl, redisUrl: ground.redisUrl, lifecycle });
  const { rows } = await loader.pool.query<{ id: string }>(
    'select id from energy.building order by id limit 1',
  );
  const buildingId = rows[0]?.id ?? '';
  const meters = Array.from({ length: meterCount }, (_, index) => ({
    id: `bench:${index}`,
    buildingId,
    type: 'ELECTRICITY',
    intervalSeconds: intervalMs / 1_000,
  })) satisfies readonly MeterFacts[];
  await loader.ingestion.registerMeters(meters);
  return meters.map(({ id }) => id);
}

/** Backwards from last year, so that no reading comes twice and none lies ahead. */
function* batches(meters: readonly string[]): Generator<readonly Reading[], never> {
  const begin = Math.floor(Date.now() / 86_400_000 - 365) * 86_400_000;
  for (let slot = 0; ; ) {
    const readings: Reading[] = [];
    for (; readings.length < batchReadings; slot += 1) {
      const time = new Date(begin - slot * intervalMs).toISOString();
      for (const meterId of meters) readings.push({ meterId, time, value: (slot % 97) / 4 });
    }
    yield readings;
  }
}

/** Readings a second, the batches handed over by so many senders at once. */
async function timed(
  batchTexts: readonly string[],
  send: (text: string, sender: number) => Promise<void>,
): Promise<number> {
  const waiting = batchTexts.values();
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async (_, sender) => {
      for (const text of waiting) await send(text, sender);
    }),
  );
  return (batchTexts.length * batchReadings * 1_000) / (performance.now() - begun);
}

const copyText = (readings: readonly Reading[]): string =>
  readings.map(({ meterId, time, value }) => `${meterId.slice(6)}\t900\t${time}\t${value}\t0\n`).join('');

async function openCopies(databaseUrl: string) {
  await using made = new AsyncDisposableStack();
  const clients: pg.Client[] = [];
  for (let count = 0; count < concurrency; count += 1) {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    made.defer(() => client.end());
    clients.push(client);
  }
  await clients[0]?.query(`drop table if exists bench_ingest; create table bench_ingest (meter_no int, interval_s int,
    time timestamptz, value float8, quality smallint, primary key (meter_no, time))`);
  const stack = made.move();
  return {
    async load(text: string, sender: number): Promise<void> {
      const client = clients[sender];
      if (client)
        await pipeline(
          Readable.from([Buffer.from(text)]),
          client.query(copyFrom('copy bench_ingest from stdin')),
        );
    },
    async [Symbol.asyncDispose]() {
      await clients[0]?.query('drop table bench_ingest');
      await stack.disposeAsync();
    },
  };
}
