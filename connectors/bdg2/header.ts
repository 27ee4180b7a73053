import { parse } from 'csv-parse/sync';
import { messageOf } from '../../platform/errors/facts.ts';
import type { Line } from './read-lines.ts';

export interface Header {
  /** Names of the columns after the timestamp's. */
  readonly names: readonly string[];
  /** Why the file cannot be used; null when it can. */
  readonly problem: string | null;
}

/** The first line of a meter file: `timestamp` and the buildings' ids. */
export function readHeader(line: Line | null): Header {
  if (line === null) return { names: [], problem: 'the file is empty' };
  const text = line.bytes.toString('utf8', line.from, line.to);
  if (text.startsWith('version https://git-lfs')) {
    return { names: [], problem: 'the file is a Git LFS pointer; "git lfs pull" fetches the file' };
  }
  try {
    const [[first = '', ...names] = []]: string[][] = parse(text, { trim: true });
    if (first === 'timestamp') return { names, problem: null };
    return { names: [], problem: `the first column is "${first.slice(0, 40)}", not "timestamp"` };
  } catch (error) {
    return { names: [], problem: messageOf(error) };
  }
}
