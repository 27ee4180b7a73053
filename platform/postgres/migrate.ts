import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { messageOf } from '../errors/facts.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { checkHistory, listMigrations } from './migration-history.ts';

export interface MigrateOptions {
  readonly connectionString: string;
  /** The subgraph's schema; made when missing. The record of what ran is its table `pgmigrations`. */
  readonly schema: string;
  /** Folder of `NNNN_name.sql` files, each begun by `-- Up Migration`; they run in the order of their numbers, each in a transaction. */
  readonly directory: string;
  readonly log?: ((message: string) => void) | undefined;
}

/**
 * Brings a schema up to date, forward only. Any number of processes may do so at once: one works, the others wait for it.
 * Resolves with the names of the migrations that it ran itself.
 * @throws OperatorError when the database ran a migration that is not in the folder any more, or one out of order; or when one fails.
 */
export async function migrate({
  connectionString,
  schema,
  directory,
  log = () => undefined,
}: MigrateOptions): Promise<readonly string[]> {
  const client = new pg.Client({
    connectionString,
    application_name: `eaio-migrate-${schema}`,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Waiting for another process, and a large migration itself, take their time.
    await client.query('set statement_timeout = 0');
    // Held by the session: it ends with the connection, whatever becomes of us.
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [`eaio.migrate.${schema}`]);
    checkHistory({
      schema,
      directory,
      files: await listMigrations(directory),
      ran: await ranMigrations(client, schema),
    });
    const done = await runner({
      dbClient: client,
      dir: directory,
      // Anything but SQL in the folder, a README for one, is no migration.
      ignorePattern: '(?!.*\\.sql$).*',
      direction: 'up',
      migrationsTable,
      migrationsSchema: schema,
      createMigrationsSchema: true,
      noLock: true,
      logger: { debug: log, info: () => undefined, warn: log, error: log },
    });
    for (const { name } of done) log(`Migration ${schema}/${name} done.`);
    return done.map(({ name }) => name);
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(`A migration of ${schema} (${directory}) failed: ${messageOf(cause)}`, { cause });
  } finally {
    await client.end();
  }
}

const migrationsTable = 'pgmigrations';

async function ranMigrations(client: pg.Client, schema: string): Promise<readonly string[]> {
  const table = `${pg.escapeIdentifier(schema)}.${migrationsTable}`;
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    table,
  ]);
  if (rows[0]?.there !== true) return [];
  const ran = await client.query<{ name: string }>(`select name from ${table} order by run_on, id`);
  return ran.rows.map(({ name }) => name);
}
