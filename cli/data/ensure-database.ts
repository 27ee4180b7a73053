import pg from 'pg';

/** Makes the database `name` on the server at `adminUrl` when there is none. Resolves with its address. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  // The server may go down while we are connected (an interrupted start): the query fails, and that is enough.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    // Not from template1, which people may have filled; UTF-8 whatever the machine's locale.
    if (rowCount === 0)
      await client.query(`create database ${pg.escapeIdentifier(name)} template template0 encoding 'UTF8'`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(adminUrl), { pathname: `/${name}` }).href;
}
