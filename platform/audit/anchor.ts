import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { codeOf } from '../errors/facts.ts';
import type { RedisConnection } from '../redis/redis.ts';

/** What is known, apart from the database, of how far the chain had grown: who cuts its end can't cut this. */
export interface Anchor {
  readonly seq: number;
  /** Hex. */
  readonly hash: string;
}

export interface AnchorStore {
  /** For messages. */
  readonly name: string;
  write(anchor: Anchor): Promise<void>;
  /** Undefined when none was ever written. */
  read(): Promise<Anchor | undefined>;
}

const anchorForm = z.object({
  seq: z.number().int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** In a file; a folder that another machine owns is the better place. */
export function fileAnchor(file: string): AnchorStore {
  return {
    name: file,
    async write(anchor) {
      await mkdir(dirname(file), { recursive: true });
      // Renamed, so that a reader never finds half of it.
      const next = `${file}.${process.pid}`;
      await writeFile(next, `${JSON.stringify(anchor)}\n`, { mode: 0o600 });
      await rename(next, file);
    },
    async read() {
      try {
        return anchorForm.parse(JSON.parse(await readFile(file, 'utf8')));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw new Error(`${file} holds no anchor of the audit chain.`, { cause: error });
      }
    },
  };
}

const anchorKey = 'eaio:audit:anchor';

export function redisAnchor(redis: Pick<RedisConnection, 'set' | 'get'>): AnchorStore {
  return {
    name: `Redis ${anchorKey}`,
    async write(anchor) {
      await redis.set(anchorKey, JSON.stringify(anchor));
    },
    async read() {
      const text = await redis.get(anchorKey);
      return text === null ? undefined : anchorForm.parse(JSON.parse(text));
    },
  };
}
