import type { Pool } from 'pg';

export type TimescaleOffer =
  | { readonly available: true }
  /** The rest of a sentence: `the server has no such extension`. */
  | { readonly available: false; readonly because: string };

/** Continuous aggregates over a filter, and upserts into compressed chunks, in the form that we use them. */
const oldestVersion = [2, 13] as const;

/** Whether this database can use TimescaleDB with its community features; creates the extension where that is all that is missing. */
export async function askForTimescale(pool: Pool): Promise<TimescaleOffer> {
  const { rows } = await pool.query<{ installed_version: string | null; default_version: string }>(
    "select installed_version, default_version from pg_available_extensions where name = 'timescaledb'",
  );
  const extension = rows[0];
  if (extension === undefined) return unavailable('the server has no such extension');
  const version = extension.installed_version ?? extension.default_version;
  if (!isRecent(version))
    return unavailable(`its version ${version} is older than ${oldestVersion.join('.')}`);
  // A connection of its own: a server that did not preload the library ends the connection that asks for it.
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('create extension if not exists timescaledb');
    const license = await client.query<{ license: string | null }>(
      "select current_setting('timescaledb.license', true) as license",
    );
    const held = license.rows[0]?.license ?? 'none';
    return held === 'timescale'
      ? { available: true }
      : unavailable(`its licence setting is "${held}", without continuous aggregates and compression`);
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    return unavailable(`the server refuses the extension (${broken.message})`);
  } finally {
    client.release(broken);
  }
}

const unavailable = (because: string): TimescaleOffer => ({ available: false, because });

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestVersion[0] || (major === oldestVersion[0] && minor >= oldestVersion[1]);
}
