/**
 * A process that loads history into `argv[2]` (a migrated database with the meter `A:gas`) and says on standard output
 * when a month is in; the test kills it. Its source never ends by itself.
 */
import { createPool } from '../../platform/postgres/pool.ts';
import { createIngestion } from '../../subgraphs/energy/ingestion/ingestion.ts';
import { createStorage } from '../../subgraphs/energy/storage/storage.ts';
import { seriesOf } from './ground.ts';

const connectionString = process.argv[2] ?? '';
const pool = createPool({ connectionString, applicationName: 'loading-process' });
const silent = { info() {}, warn() {}, error() {} };
const ingestion = createIngestion({
  pool,
  storage: await createStorage({ pool }),
  bus: { publish: async () => [] },
  log: silent,
});

async function* endless() {
  for (let month = 0; ; month += 1) {
    yield [
      seriesOf('A:gas', new Date(Date.UTC(2010, month)).toISOString(), 24 * 28, { intervalSeconds: 1_800 }),
    ];
  }
}

await ingestion.bulk(endless(), { onProgress: ({ readings }) => process.stdout.write(`${readings}\n`) });
