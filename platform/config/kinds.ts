import { resolve } from 'node:path';
import { z } from 'zod';
import { parseRedisUrl, redisUrlForms } from '../redis/address.ts';

/** A kind of value: how its text is read, and in words what is allowed. */
export interface Kind<T> {
  /** Completes "allowed is ...". */
  readonly allowed: string;
  readonly schema: z.ZodType<T, string>;
}

/** A refusal needs no message of zod's: the kind says what is allowed. */
const text = z.string().trim();
const numeric = text.regex(/^[+-]?(\d+(\.\d*)?|\.\d+)$/).transform(Number);

export const anyText: Kind<string> = { allowed: 'any text', schema: text.min(1) };

export const integer = ({ min, max }: { readonly min: number; readonly max: number }): Kind<number> => ({
  allowed: `a whole number from ${min} to ${max}`,
  schema: numeric.pipe(z.number().int().min(min).max(max)),
});

export const decimal = ({ min, max }: { readonly min: number; readonly max: number }): Kind<number> => ({
  allowed: `a number from ${min} to ${max}`,
  schema: numeric.pipe(z.number().min(min).max(max)),
});

export const port: Kind<number> = {
  allowed: 'a port, 1 to 65535, or 0 for any that is free',
  schema: integer({ min: 0, max: 65_535 }).schema,
};

export const flag: Kind<boolean> = {
  allowed: 'on or off',
  schema: text
    .toLowerCase()
    .pipe(z.enum(['on', 'off', 'true', 'false', 'yes', 'no', '1', '0']))
    .transform((word) => ['on', 'true', 'yes', '1'].includes(word)),
};

export const choice = <const Word extends string>(words: readonly [Word, ...Word[]]): Kind<Word> => ({
  allowed: words.length === 1 ? words[0] : `one of ${words.join(', ')}`,
  schema: text.pipe(z.enum(words)),
});

/** A folder; relative ones begin at the folder that we were started in. */
export const folder: Kind<string> = {
  allowed: 'a folder',
  schema: text.min(1).transform((path) => resolve(path)),
};

/** A file; relative ones begin at the folder that we were started in. */
export const file: Kind<string> = { allowed: 'a file', schema: folder.schema };

export const url = (...protocols: readonly [string, ...string[]]): Kind<string> => {
  const forms = protocols.map((protocol) => `${protocol}://...`);
  return {
    allowed: `a URL, ${forms.join(' or ')}`,
    schema: text.refine((value) => protocols.includes(URL.parse(value)?.protocol.slice(0, -1) ?? '')),
  };
};

export const redisUrl: Kind<string> = {
  allowed: `a URL, ${redisUrlForms}`,
  schema: text.refine((value) => parseRedisUrl(value) !== undefined),
};

/** Comma-separated, blanks round the commas ignored, empty items too. */
export const listOf = <T>(item: Kind<T>): Kind<readonly T[]> => ({
  allowed: `a comma-separated list, each ${item.allowed}`,
  schema: text
    .transform((list) =>
      list
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    )
    .pipe(z.array(item.schema).min(1)),
});

/** Part of the system that a process runs. Which subgraphs there are is known to whoever starts them. */
export const role: Kind<string> = {
  allowed: 'edge, workers or subgraph:<name>',
  schema: text.regex(/^(edge|workers|subgraph:[a-z][a-z0-9-]*)$/),
};
