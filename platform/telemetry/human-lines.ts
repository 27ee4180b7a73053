/** Fields that every line has, or that have a place of their own in the text. */
const placed = new Set(['level', 'time', 'pid', 'name', 'msg', 'err']);

const colours: Readonly<Record<string, string>> = {
  fatal: '\x1b[41m',
  error: '\x1b[31m',
  warn: '\x1b[33m',
  info: '\x1b[32m',
  debug: '\x1b[2m',
  trace: '\x1b[2m',
};

/** Turns JSON lines of the logger into text for a terminal: time, level, part, message, then the rest as `name=value`. */
export function humanLines(target: { write(line: string): unknown }): { write(line: string): void } {
  return {
    write(line) {
      target.write(toText(line));
    },
  };
}

function toText(line: string): string {
  const entry: Readonly<Record<string, unknown>> = JSON.parse(line);
  const level = String(entry['level']);
  const rest = Object.entries(entry)
    .filter(([name]) => !placed.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  const clock = String(entry['time']).slice(11, 23);
  return `${clock} ${colours[level] ?? ''}${level.padEnd(5)}\x1b[0m ${String(entry['name'])}: ${String(entry['msg'] ?? '')}${rest}${trace(entry['err'])}\n`;
}

/** The stack begins with the error's kind and message. */
function trace(err: unknown): string {
  if (err === undefined) return '';
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? err.stack : undefined;
  return stack === undefined
    ? ` err=${JSON.stringify(err)}`
    : `\n  ${String(stack).replaceAll('\n', '\n  ')}`;
}
