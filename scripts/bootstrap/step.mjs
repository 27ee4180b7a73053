import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A failure that whoever sits at the terminal can mend: printed without a stack trace. */
export class BootstrapError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const everyMs = 15_000;

/**
 * Do one long thing and print one line with its time when it is done. While it lasts, a terminal shows the seconds,
 * and a log gets a sign of life now and then. All on stderr: stdout belongs to the program that follows.
 */
export async function step(title, work) {
  const { stderr } = process;
  const begun = performance.now();
  const seconds = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  const tick = stderr.isTTY
    ? setInterval(() => stderr.write(`\r… ${title}  ${seconds()} `), 200)
    : setInterval(() => stderr.write(`… ${title}  ${seconds()}\n`), everyMs);
  let mark = '✗';
  try {
    const result = await work();
    mark = '✓';
    return result;
  } finally {
    clearInterval(tick);
    stderr.write(`${stderr.isTTY ? '\r\x1b[K' : ''}${mark} ${title}  ${seconds()}\n`);
  }
}

/**
 * Run a program to its end, quietly. Stopped with us: a signal that we get is passed on, then ends us as well.
 * @returns {Promise<{ ok: boolean, output: string }>} never rejects; a program that can't be started is not ok
 */
export function run(command, args, { env = process.env, cwd } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));

    const stops = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
      const stop = () => {
        child.kill(signal);
        process.exit(128 + constants.signals[signal]);
      };
      process.once(signal, stop);
      return () => process.off(signal, stop);
    });
    const done = (ok) => {
      for (const forget of stops) forget();
      resolve({ ok, output });
    };
    child.on('error', (error) => {
      output += error.message;
      done(false);
    });
    child.on('close', (code) => done(code === 0));
  });
}
