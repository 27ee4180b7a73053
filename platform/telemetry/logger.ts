import { isatty } from 'node:tty';
import pino, { type Logger } from 'pino';
import { humanLines } from './human-lines.ts';

export type { Logger } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface CreateLoggerOptions {
  readonly level: LogLevel;
  /** The part that speaks: `edge`, `workers`. */
  readonly name: string;
  /** Where lines go; default standard error, so that standard output stays for answers (`eaio token`). */
  readonly destination?: { write(line: string): void } | undefined;
  /** `text` is for people, one line an entry; default: text on a terminal, else JSON. */
  readonly format?: 'json' | 'text' | undefined;
}

/** Values under these names never reach a log. */
const secrets = ['authorization', 'cookie', 'password', 'token', 'secret', 'connectionString'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
);

/** Structured log: `log.info({ meters: 12 }, 'Loaded the meters')`; an error goes under `err`. */
export function createLogger({ level, name, destination, format }: CreateLoggerOptions): Logger {
  const target = destination ?? pino.destination({ fd: 2, sync: true });
  const text = format === undefined ? destination === undefined && isatty(2) : format === 'text';
  return pino(
    {
      name,
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets, censor: '(hidden)' },
    },
    text ? humanLines(target) : target,
  );
}
