import type { Pool } from 'pg';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { bdg2Dataset, type Dataset, describeDataset } from './dataset.ts';

/** Writes down what this database is begun with, unless it is written. */
async function beginDataset(pool: Pool, dataset: Dataset): Promise<void> {
  await pool.query('insert into eaio.dataset (content, description) values ($1, $2) on conflict do nothing', [
    dataset.content,
    describeDataset(dataset),
  ]);
}

/**
 * Begins the data set in this database, unless it is begun. Resolves true when its history is loaded.
 * @throws OperatorError when the database holds another one: two portfolios of different times in one graph would answer nothing well.
 */
export async function claimDataset(pool: Pool, dataset: Dataset): Promise<boolean> {
  await beginDataset(pool, dataset);
  const { rows } = await pool.query<{ content: string; description: string; loaded: boolean }>(
    'select content, description, loaded_at is not null as loaded from eaio.dataset',
  );
  const held = rows[0];
  if (held === undefined || held.content === dataset.content) return held?.loaded ?? false;
  throw new OperatorError(
    `The database holds ${held.description}, and this start asks for ${describeDataset(dataset)}: ask for what it holds, or name another database in DATABASE_URL.`,
  );
}

/**
 * Begins an import: into an empty database, or beside whatever it was begun with.
 * @throws OperatorError when it holds BDG2 read in the other way: corrections move readings in time, and both would stand there.
 */
export async function beginImport(pool: Pool, dataset: Dataset & { readonly kind: 'bdg2' }): Promise<void> {
  await beginDataset(pool, dataset);
  const held = await heldContent(pool);
  if (held !== bdg2Dataset(dataset.directory, !dataset.corrected).content) return;
  throw new OperatorError(
    dataset.corrected
      ? 'The database holds BDG2 as published: import without --corrections, or name another database in DATABASE_URL.'
      : 'The database holds BDG2 with corrections: import with --corrections, or name another database in DATABASE_URL.',
  );
}

export async function markLoaded(pool: Pool, dataset: Dataset): Promise<void> {
  await pool.query('update eaio.dataset set loaded_at = now() where content = $1 and loaded_at is null', [
    dataset.content,
  ]);
}

/** The `content` of the data set that this database was begun with; undefined when it was begun with none. */
export async function heldContent(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ content: string }>('select content from eaio.dataset');
  return rows[0]?.content;
}
