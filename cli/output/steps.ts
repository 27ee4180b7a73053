import { createBars, type OutputStream } from './bars.ts';
import { formatDuration } from './format.ts';

/** What a step's work may say while it runs. */
export interface Step {
  /** What came of it: stands behind the title in the line that ends the step. */
  detail(text: string): void;
  /** How far long work is: a bar at a terminal, a line every few seconds in a log. */
  progress(done: number, total: number, unit: string): void;
}

/** What a command tells whoever started it. Steps may run side by side; each prints its one line when it ends. */
export interface Steps {
  run<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
  print(text: string): void;
}

export function createSteps({ stream }: { readonly stream: OutputStream }): Steps {
  const bars = createBars({ stream });
  // A log that is read later is no reason to fail: its reader may be gone (`| head`), the system goes on.
  stream.on('error', () => undefined);

  return {
    print: (text) => bars.print(text),
    async run(title, work) {
      const begun = performance.now();
      const bar = bars.bar(title);
      let detail = '';
      const end = (mark: string): void => {
        bar.end();
        const told = detail === '' ? title : `${title}: ${detail}`;
        bars.print(`${mark} ${told.padEnd(64)}  ${formatDuration(performance.now() - begun).padStart(8)}`);
      };
      try {
        const result = await work({
          detail: (text) => {
            detail = text;
          },
          progress: (done, total, unit) => bar.update(done, total, unit),
        });
        end('✓');
        return result;
      } catch (error) {
        end('✗');
        throw error;
      }
    },
  };
}
