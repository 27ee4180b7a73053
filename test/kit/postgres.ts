import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import pg from 'pg';
import { createPool } from '../../platform/postgres/pool.ts';
import { type Engine, engineUrl } from './engines.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly engine: Engine;
  /** Address of this database alone, as superuser. */
  readonly url: string;
  readonly pool: Pool;
  /** The statements that `pool` sent since `forgetStatements`. */
  readonly statements: readonly string[];
  forgetStatements(): void;
}

/**
 * A fresh, empty database, dropped when disposed:
 * `await using database = await createTestDatabase()` in a test, or dispose in afterAll.
 */
export async function createTestDatabase({
  engine = 'native',
}: {
  readonly engine?: Engine;
} = {}): Promise<TestDatabase> {
  const server = engineUrl(engine);
  if (server === undefined) throw new Error(`This run has no ${engine} PostgreSQL: choose among engines().`);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdministrator(server, `create database ${name} strategy file_copy`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const statements: string[] = [];
  const pool = createPool({
    connectionString: url,
    applicationName: name,
    onQuery: (text) => void statements.push(text),
  });
  if (engine === 'timescale') await pool.query('create extension if not exists timescaledb');
  statements.length = 0;
  let disposing: Promise<void> | undefined;
  return {
    engine,
    url,
    pool,
    statements,
    forgetStatements() {
      statements.length = 0;
    },
    [Symbol.asyncDispose]() {
      disposing ??= (pool.ended ? Promise.resolve() : pool.end()).then(() =>
        asAdministrator(server, `drop database ${name} with (force)`),
      );
      return disposing;
    },
  };
}

async function asAdministrator(server: string, statement: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
