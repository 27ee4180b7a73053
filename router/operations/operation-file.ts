import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One file below `schema/operations/<domain>/`. */
export interface OperationFile {
  /** As a person finds it, for messages. */
  readonly path: string;
  readonly domain: string;
  /** The file's name without `.graphql`; the operation has the same. */
  readonly name: string;
  readonly text: string;
}

/** Every `<domain>/<Name>.graphql` below the directory, ordered by path. Rejects when the directory can't be read. */
export async function readOperationFiles(directory: string): Promise<readonly OperationFile[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const domains = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const files = await Promise.all(domains.map((domain) => readDomain(directory, domain)));
  return files.flat().toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function readDomain(directory: string, domain: string): Promise<readonly OperationFile[]> {
  const names = (await readdir(join(directory, domain))).filter((name) => name.endsWith('.graphql'));
  return Promise.all(
    names.map(async (file) => {
      const path = join(directory, domain, file);
      return { path, domain, name: file.slice(0, -'.graphql'.length), text: await readFile(path, 'utf8') };
    }),
  );
}
