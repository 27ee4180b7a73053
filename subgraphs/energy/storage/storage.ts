import type { Pool } from 'pg';
import { OperatorError } from '../../../platform/errors/operator-error.ts';
import { inTransaction } from '../../../platform/postgres/transaction.ts';
import type { Logger } from '../../../platform/telemetry/logger.ts';
import { createNativeStorage, createNativeTables } from './native.ts';
import { createTimescaleStorage, createTimescaleTables } from './timescale.ts';
import { askForTimescale } from './timescale-offer.ts';
import type { Storage, StorageEngine } from './types.ts';

export interface CreateStorageOptions {
  readonly pool: Pool;
  /** Default: what the database was begun with; for a new one TimescaleDB where the server offers it, else native. */
  readonly engine?: StorageEngine | undefined;
  readonly log?: Pick<Logger, 'info' | 'warn'> | undefined;
}

/**
 * Opens where readings are kept, after the migrations; makes the engine's tables the first time. Any number of
 * processes may do so at once.
 * @throws OperatorError when the database was begun with another engine than the one asked for, or needs TimescaleDB
 * and the server does not offer it.
 */
export async function createStorage({ pool, engine, log }: CreateStorageOptions): Promise<Storage> {
  const begun = await engineOf(pool);
  if (begun !== undefined && engine !== undefined && begun !== engine)
    throw new OperatorError(otherEngine(begun, engine));
  const chosen = begun ?? engine;
  if (chosen === 'native') return open(pool, chosen, log);
  const offer = await askForTimescale(pool);
  if (offer.available) return open(pool, 'timescale', log);
  if (chosen === 'timescale') {
    throw new OperatorError(
      `This database keeps its readings in TimescaleDB, but ${offer.because}: make the extension available to the server again.`,
    );
  }
  log?.info({ because: offer.because }, 'Readings are kept in native partitions');
  return open(pool, 'native', log);
}

/** Makes the tables unless another process was first; then its choice counts. */
async function open(pool: Pool, wanted: StorageEngine, log: CreateStorageOptions['log']): Promise<Storage> {
  const engine = await inTransaction(pool, async (client): Promise<StorageEngine> => {
    await client.query("select pg_advisory_xact_lock(hashtextextended('eaio.energy.storage', 0))");
    const begun = await engineOf(client);
    if (begun !== undefined) return begun;
    await (wanted === 'native' ? createNativeTables(client) : createTimescaleTables(client));
    await client.query('insert into energy.storage (engine) values ($1)', [wanted]);
    log?.info({ engine: wanted }, 'Made the tables for readings');
    return wanted;
  });
  if (engine !== wanted) throw new OperatorError(otherEngine(engine, wanted));
  switch (engine) {
    case 'native':
      return createNativeStorage(pool);
    case 'timescale':
      return createTimescaleStorage(pool);
  }
}

async function engineOf(db: Pick<Pool, 'query'>): Promise<StorageEngine | undefined> {
  const { rows } = await db.query<{ engine: StorageEngine }>('select engine from energy.storage');
  return rows[0]?.engine;
}

const names = { native: 'native partitions', timescale: 'TimescaleDB' } as const satisfies Record<
  StorageEngine,
  string
>;

const otherEngine = (begun: StorageEngine, asked: StorageEngine): string =>
  `This database keeps its readings in ${names[begun]} and can't be switched to ${names[asked]}: ask for the engine that it has, or use a new database and load the readings again.`;
