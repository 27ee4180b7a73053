import type { Pool, PoolClient } from 'pg';
import type { BuildingGrant } from '../identity/principal.ts';
import { type CreatePoolOptions, createPool } from './pool.ts';
import { readerRole } from './row-security.ts';

/** What a store needs of a pool. */
export type Reads = Pick<Pool, 'query'>;

/** Reads in the name of whoever asks: PostgreSQL shows rows of granted buildings alone, whatever a statement forgot. */
export interface GrantedReads {
  as(buildings: BuildingGrant): Reads;
  end(): Promise<void>;
}

/**
 * Connections of a role that owns nothing and is bound by row-level security. A connection is told whose grant counts when that
 * is another than the last: one short statement more, and none for callers of equal grants. Told nothing, it shows nothing.
 */
export function createGrantedReads(options: CreatePoolOptions): GrantedReads {
  const pool = createPool({ ...options, options: `-c role=${readerRole}` });
  /** Whose grant a connection was told last. */
  const told = new WeakMap<PoolClient, string>();

  async function queryAs(grant: string, statement: readonly unknown[]): Promise<unknown> {
    const client = await pool.connect();
    try {
      if (told.get(client) !== grant) {
        told.delete(client);
        await client.query("select set_config('eaio.buildings', $1, false)", [grant]);
        told.set(client, grant);
      }
      const result = await Reflect.apply(client.query, client, statement);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  return {
    as(buildings) {
      const grant = buildings === 'all' ? '*' : [...new Set(buildings)].toSorted().join('\n');
      const query = (...statement: readonly unknown[]) => queryAs(grant, statement);
      return { query: query as Pool['query'] };
    },
    end: () => pool.end(),
  };
}
