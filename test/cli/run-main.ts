import { Writable } from 'node:stream';
import { main } from '../../cli/main.ts';
import { cleanEnv } from './eaio.ts';

/** A stream that keeps what is written to it. */
export function textSink(): Writable & { readonly text: () => string } {
  const chunks: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return Object.assign(sink, { text: () => chunks.join('') });
}

/** A command in this process. */
export async function runMain(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const [stdout, stderr] = [textSink(), textSink()];
  const code = await main(args, { env: cleanEnv(env), stdout, stderr });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
