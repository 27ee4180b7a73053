import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';

/** A log that has grown beyond this is set aside (`.1`) at the next start; the one set aside before goes. */
const largestBytes = 10 * 1024 * 1024;
/** What a process says before it dies fits into this. */
const tailBytes = 16 * 1024;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Opens for appending, so that several processes may write to it; for its owner alone. `position` is where it goes on. */
export function openLog(file: string): { readonly descriptor: number; readonly position: number } {
  if (sizeOf(file) > largestBytes) renameSync(file, `${file}.1`);
  return { descriptor: openSync(file, 'a', 0o600), position: sizeOf(file) };
}

/** The last line behind `position` that tells a person something, shortened; empty when there is none. */
export function lastWords(file: string, position: number): string {
  const lines = readTail(file, position)
    .split('\n')
    .map((line) => line.trim());
  // A stack trace ends in frames and in the version of Node: what went wrong stands above them.
  const line = lines.findLast((text) => /\p{Letter}/u.test(text) && !/^(at |Node\.js v)/.test(text)) ?? '';
  return messageOf(line).slice(0, 300);
}

function readTail(file: string, position: number): string {
  const from = Math.max(position, sizeOf(file) - tailBytes);
  const buffer = Buffer.alloc(tailBytes);
  const descriptor = openSync(file, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, tailBytes, from));
  } finally {
    closeSync(descriptor);
  }
}

/** Our log lines are JSON, and their message is what people read; others are taken as they are. */
function messageOf(line: string): string {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && 'msg' in parsed ? String(parsed.msg) : line;
  } catch {
    return line;
  }
}
