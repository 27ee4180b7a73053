/** A line of an NDJSON body; `text` is null when the line is longer than allowed. */
export interface Line {
  /** From 1; blank lines count. */
  readonly number: number;
  readonly text: string | null;
}

const newline = 0x0a;

/**
 * Splits chunks into lines, those of a chunk together; blank lines are left out. A line's bytes are decoded when it is
 * whole, so that no character is torn. What is held is one chunk and one line of at most `maxLineBytes`.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes: number,
): AsyncGenerator<readonly Line[]> {
  let number = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;

  const hold = (part: Buffer): void => {
    heldBytes += part.length;
    if (heldBytes <= maxLineBytes) held.push(part);
    else held = [];
  };
  const finish = (): Line | undefined => {
    number += 1;
    const text = heldBytes > maxLineBytes ? null : textOf(held, number === 1);
    held = [];
    heldBytes = 0;
    return text === '' ? undefined : { number, text };
  };

  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      hold(chunk.subarray(start, end));
      const line = finish();
      if (line !== undefined) lines.push(line);
      start = end + 1;
    }
    // A copy: the chunk's own memory is free to go.
    if (start < chunk.length) hold(Buffer.from(chunk.subarray(start)));
    if (lines.length > 0) yield lines;
  }
  const last = heldBytes > 0 ? finish() : undefined;
  if (last !== undefined) yield [last];
}

function textOf([first, ...others]: readonly Buffer[], isFirstLine: boolean): string {
  if (first === undefined) return '';
  const text = (others.length === 0 ? first : Buffer.concat([first, ...others])).toString('utf8').trim();
  return isFirstLine && text.startsWith('\uFEFF') ? text.slice(1).trim() : text;
}
