import { MultiBar, type SingleBar } from 'cli-progress';
import { formatCount, formatDuration } from './format.ts';

export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

export interface Bar {
  update(done: number, total: number, unit: string): void;
  end(): void;
}

export interface Bars {
  /** A bar that shows itself with its first update. */
  bar(title: string): Bar;
  /** A line above whatever bars there are. */
  print(text: string): void;
}

/** A log gets a line of progress this often. */
const logEveryMs = 3_000;

/** Progress of several works at once: bars at a terminal, lines in a log. */
export function createBars({ stream }: { readonly stream: OutputStream }): Bars {
  return stream.isTTY === true ? terminalBars(stream) : logBars(stream);
}

function terminalBars(stream: OutputStream): Bars {
  let multi: MultiBar | undefined;
  let shown = 0;
  const open = (): MultiBar => {
    multi ??= new MultiBar({
      stream,
      clearOnComplete: true,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      format: '  {bar} {percentage}%  {title}: {done} of {all} {unit}, {rate}/s',
      emptyOnZero: true,
    });
    return multi;
  };
  const close = (bar: SingleBar): void => {
    shown -= 1;
    if (shown > 0) return void multi?.remove(bar);
    multi?.stop();
    multi = undefined;
  };

  return {
    print(text) {
      if (multi === undefined) return void stream.write(`${text}\n`);
      multi.log(`${text}\n`);
      multi.update();
    },
    bar(title) {
      const begun = performance.now();
      let bar: SingleBar | undefined;
      return {
        update(done, total, unit) {
          const payload = {
            title,
            unit,
            done: formatCount(done),
            all: formatCount(total),
            rate: formatCount(rate(done, begun)),
          };
          if (bar === undefined) {
            shown += 1;
            bar = open().create(total, done, payload);
          } else {
            bar.setTotal(total);
            bar.update(done, payload);
          }
        },
        end() {
          if (bar !== undefined) close(bar);
          bar = undefined;
        },
      };
    },
  };
}

function logBars(stream: OutputStream): Bars {
  const print = (text: string): void => void stream.write(`${text}\n`);
  return {
    print,
    bar(title) {
      const begun = performance.now();
      let last = begun;
      return {
        update(done, total, unit) {
          const now = performance.now();
          if (now - last < logEveryMs) return;
          last = now;
          const share = total > 0 ? Math.floor((100 * done) / total) : 0;
          print(
            `… ${title}: ${formatCount(done)} of ${formatCount(total)} ${unit} (${share} %), ` +
              `${formatCount(rate(done, begun))}/s, ${formatDuration(now - begun)}`,
          );
        },
        end: () => undefined,
      };
    },
  };
}

const rate = (done: number, begun: number): number => (done * 1000) / Math.max(1, performance.now() - begun);
