import { Readable, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** The least that can store readings: COPY, in PostgreSQL's binary form, into a table with the same columns and the same key. */
export interface RawCopy extends AsyncDisposable {
  /** All readings of this database, as they lie there. Not measured. */
  dump(): Promise<{ readonly bytes: readonly Buffer[]; readonly rows: number }>;
  /** Into an empty table; resolves with the seconds. */
  load(bytes: readonly Buffer[]): Promise<number>;
}

const table = 'bench_raw_reading';

export async function openRawCopy(databaseUrl: string): Promise<RawCopy> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const empty = () =>
    client.query(
      `drop table if exists ${table};
       create table ${table} (meter_no int, interval_s int, time timestamptz, value float8, quality smallint,
                              primary key (meter_no, time));
       set synchronous_commit = off`,
    );
  return {
    async dump() {
      const bytes: Buffer[] = [];
      const out: Readable & { readonly rowCount: number } = client.query(
        copyTo(
          `copy (select meter_no, interval_s, time, value, quality from energy.reading) to stdout (format binary)`,
        ),
      );
      out.on('data', (chunk: Buffer) => bytes.push(chunk));
      await finished(out);
      return { bytes, rows: out.rowCount };
    },
    async load(bytes) {
      await empty();
      const begun = performance.now();
      const into: Writable = client.query(copyFrom(`copy ${table} from stdin (format binary)`));
      await pipeline(Readable.from(bytes), into);
      return (performance.now() - begun) / 1_000;
    },
    async [Symbol.asyncDispose]() {
      await client.query(`drop table if exists ${table}`);
      await client.end();
    },
  };
}
