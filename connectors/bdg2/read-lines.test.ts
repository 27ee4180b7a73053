import { join } from 'node:path';
import { createFolder } from '../../test/bdg2/folder.ts';
import { readLines } from './read-lines.ts';

async function linesOf(text: string, { name = 'file.csv', maxLineBytes = 1 << 20 } = {}): Promise<string[]> {
  await using folder = await createFolder({ [name]: text });
  const lines: string[] = [];
  for await (const line of readLines(join(folder.dir, name), { maxLineBytes }))
    lines.push(`${line.number}${line.cut ? '!' : ':'}${line.bytes.toString('utf8', line.from, line.to)}`);
  return lines;
}

describe('lines of a file', () => {
  test('end with LF or CRLF, and the last needs no end', async () => {
    expect(await linesOf('a\nb\r\n\r\nc')).toEqual(['1:a', '2:b', '3:', '4:c']);
  });

  test('begin behind the byte-order mark', async () => {
    expect(await linesOf('\uFEFFa\nb\n')).toEqual(['1:a', '2:b']);
  });

  test('of a packed file are the same', async () => {
    expect(await linesOf('a\nb\n', { name: 'file.csv.gz' })).toEqual(['1:a', '2:b']);
  });

  test('come whole across every border of the chunks that the file is read in', async () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => 'x'.repeat(index % 41) + index);
    expect(await linesOf(lines.join('\n'))).toEqual(lines.map((line, index) => `${index + 1}:${line}`));
  });

  test('that are too long are cut, and the next is found', async () => {
    const long = 'x'.repeat(3 << 20);
    const lines = await linesOf(`a\n${long}\nb\n${'y'.repeat(100)}\n`, { maxLineBytes: 64 });
    expect(lines.map((line) => line.slice(0, 4))).toEqual(['1:a', '2!xx', '3:b', '4!yy']);
  });

  test('of an empty file are none', async () => {
    expect(await linesOf('')).toEqual([]);
  });

  test('of no file are an error', async () => {
    await expect(readLines('/no/such/file.csv').next()).rejects.toThrow('ENOENT');
    await expect(readLines('/no/such/file.csv.gz').next()).rejects.toThrow('ENOENT');
  });
});
