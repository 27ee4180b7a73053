import { appendFileSync, closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastWords, openLog } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'eaio-log-'));
const file = join(folder, 'edge.log');
afterEach(() => rmSync(file, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const log = (text: string): number => {
  const { descriptor, position } = openLog(file);
  closeSync(descriptor);
  appendFileSync(file, text);
  return position;
};

describe('the last words of a process', () => {
  test('are its last line', () => {
    expect(lastWords(file, log('one\ntwo\n\n'))).toBe('two');
  });

  test('are the message of a log line', () => {
    expect(lastWords(file, log('{"level":"fatal","msg":"There is no room."}\n'))).toBe('There is no room.');
  });

  test('are the error, not the frames of its stack', () => {
    const trace =
      'file:///x.ts:3\nTypeError: no such thing\n    at f (file:///x.ts:3:1)\n    at g (file:///x.ts:9:1)\n\nNode.js v24.1.0\n';
    expect(lastWords(file, log(trace))).toBe('TypeError: no such thing');
  });

  test('are its own, not those of the process before', () => {
    log('of the one before\n');
    expect(lastWords(file, log(''))).toBe('');
  });

  test('are found at the end of a long log', () => {
    expect(lastWords(file, log(`${'chatter\n'.repeat(10_000)}the end\n`))).toBe('the end');
  });
});

test('a log that has grown too large is set aside', () => {
  writeFileSync(file, 'x'.repeat(11 * 1024 * 1024));
  log('new\n');
  expect(readFileSync(file, 'utf8')).toBe('new\n');
  rmSync(`${file}.1`);
});
