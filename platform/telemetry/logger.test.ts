import { type CreateLoggerOptions, createLogger } from './logger.ts';

function capture(options: Partial<CreateLoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: 'info',
    name: 'edge',
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return { log, lines };
}

test('JSON: one object a line, with time, level in words, and who speaks', () => {
  const { log, lines } = capture();
  log.info({ meters: 12 }, 'Loaded the meters');
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    pid: process.pid,
    name: 'edge',
    meters: 12,
    msg: 'Loaded the meters',
  });
});

test('what is below the level is not said', () => {
  const { log, lines } = capture({ level: 'warn' });
  log.info('x');
  log.warn('y');
  expect(lines).toHaveLength(1);
});

// Proves: errors.secrets-hidden
test('secrets never reach a log', () => {
  const { log, lines } = capture();
  log.info({ token: 'abc', req: { authorization: 'Bearer abc' }, a: { b: { password: 'abc' } } }, 'x');
  expect(lines.join()).not.toContain('abc');
});

test('text: one line for people, an error with its stack', () => {
  const { log, lines } = capture({ format: 'text' });
  log.warn({ url: 'x', count: 2 }, 'Slow');
  log.error({ err: new TypeError('broken') }, 'Failed');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} .*warn .* edge: Slow url=x count=2\n$/);
  expect(lines[1]).toMatch(/edge: Failed\n {2}TypeError: broken\n {2} +at .*/);
});

test('text: an err that is no error is shown as it is', () => {
  const { log, lines } = capture({ format: 'text' });
  log.error({ err: { code: 7 } }, 'Failed');
  log.error({ err: 'words' }, 'Failed');
  expect(lines[0]).toContain('err={"code":7}');
  expect(lines[1]).toContain('err="words"');
});
