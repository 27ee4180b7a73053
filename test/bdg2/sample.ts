import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The folder of the real BDG2 sample: `BDG2_DIR`, else beside the repository. It is never part of it. */
export const bdg2Dir = process.env['BDG2_DIR'] ?? join(root, '../shared/data/bdg2');

/** Tests on the real sample run where it is. */
export const sampleIsHere = existsSync(join(bdg2Dir, 'metadata.csv'));
