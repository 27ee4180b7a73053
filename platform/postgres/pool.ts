import pg from 'pg';
import { typeParsers } from './type-parsers.ts';

export interface CreatePoolOptions {
  readonly connectionString: string;
  /** Most connections; a query beyond waits for one. Default 10. */
  readonly max?: number | undefined;
  /** Shown by pg_stat_activity. */
  readonly applicationName: string;
  /** The server stops a statement that takes longer; default 30 s, 0 for the server's own limit. */
  readonly statementTimeoutMs?: number | undefined;
  /** Waiting for a connection longer than this fails; default 5 s. */
  readonly connectTimeoutMs?: number | undefined;
  /** Settings of each connection from its start on, as `-c name=value`. */
  readonly options?: string | undefined;
  /** Called with the text of each statement before it is sent, transactions' own included: for counting and tracing. */
  readonly onQuery?: ((text: string) => void) | undefined;
  /** Called when an idle connection is lost; the pool makes a new one by itself. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** A pool of connections with bounded waits, whose values come as `typeParsers` says. Close it by `pool.end()`. */
export function createPool(options: CreatePoolOptions): pg.Pool {
  const { onQuery, onError = () => undefined } = options;
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    application_name: options.applicationName,
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    // A client that vanished in a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 60_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: typeParsers,
    ...(options.options === undefined ? {} : { options: options.options }),
    ...(onQuery === undefined ? {} : { Client: watchedClient(onQuery) }),
  });
  pool.on('error', onError);
  // Lost while in use, a connection fails its query; its event, heard by nobody, would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** pg has no hook for statements: a client class that tells of each, whether by text or by query object, then does as ever. */
function watchedClient(onQuery: (text: string) => void): typeof pg.Client {
  return class WatchedClient extends pg.Client {
    // biome-ignore lint/suspicious/noExplicitAny: pg declares seven overloads; this passes on whatever came.
    override query(...args: any[]): any {
      const [first] = args;
      const text: unknown =
        typeof first === 'object' && first !== null && 'text' in first ? first.text : first;
      onQuery(typeof text === 'string' ? text : 'copy');
      return Reflect.apply(super.query, this, args);
    }
  };
}
