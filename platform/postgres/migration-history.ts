import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { OperatorError } from '../errors/operator-error.ts';

const migrationFile = /^(\d{4})_[a-z0-9_]+\.sql$/;

/**
 * The migrations of a folder, in order, without `.sql`.
 * @throws OperatorError when a name is no `NNNN_name.sql`, or two have one number (they would run in either order).
 */
export async function listMigrations(directory: string): Promise<readonly string[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted();
  const odd = files.find((name) => !migrationFile.test(name));
  if (odd !== undefined)
    throw new OperatorError(
      `${directory}/${odd}: a migration is named NNNN_what_it_does.sql (0002_add_tariff.sql).`,
    );
  const twice = files.find((name, index) => files[index - 1]?.slice(0, 4) === name.slice(0, 4));
  if (twice !== undefined)
    throw new OperatorError(
      `${directory}/${twice}: another migration has this number too; take the next free one.`,
    );
  return files.map((name) => basename(name, '.sql'));
}

/**
 * Forward only: what the database ran must be how the folder begins.
 * @throws OperatorError when a migration that ran is missing from the folder, or a new one would have had to run before it.
 */
export function checkHistory({
  schema,
  directory,
  files,
  ran,
}: {
  readonly schema: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly ran: readonly string[];
}): void {
  for (const [index, name] of ran.entries()) {
    if (files[index] === name) continue;
    throw new OperatorError(
      files.includes(name)
        ? `${directory}/${files[index]}.sql is new, but has a number below ${name}, which schema ${schema} ran already: give it the next free number.`
        : `Schema ${schema} ran migration ${name}, which ${directory} does not have: this database is newer than this version of EAIO, or the file was renamed.`,
    );
  }
}
