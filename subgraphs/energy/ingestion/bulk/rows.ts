/** Readings of one meter and one interval length, strictly in time order, as columns. */
export interface Rows {
  readonly meterNo: number;
  readonly intervalSeconds: number;
  /** Unix ms. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

export const countRows = (all: readonly Rows[]): number =>
  all.reduce((sum, { timesMs }) => sum + timesMs.length, 0);

export const firstMs = ({ timesMs }: Rows): number => timesMs[0] ?? Infinity;
export const lastMs = ({ timesMs }: Rows): number => timesMs[timesMs.length - 1] ?? -Infinity;

/**
 * The same readings in the order of (meter, time), each (meter, time) once: of several the last that came counts.
 * Nothing is copied as long as what came is in order meter by meter, which is how sources hand it over.
 */
export function inOrder(came: readonly Rows[]): readonly Rows[] {
  return [...Map.groupBy(came, ({ meterNo }) => meterNo)]
    .sort(([a], [b]) => a - b)
    .flatMap(([, rows]) => {
      const sorted = rows.toSorted((a, b) => firstMs(a) - firstMs(b));
      return follow(sorted) ? sorted : merge(rows);
    });
}

const follow = (sorted: readonly Rows[]): boolean =>
  sorted.every((rows, index) => {
    const next = sorted[index + 1];
    return strictlyAscending(rows.timesMs) && (next === undefined || lastMs(rows) < firstMs(next));
  });

function strictlyAscending(times: Float64Array): boolean {
  let before = -Infinity;
  for (const time of times) {
    if (time <= before) return false;
    before = time;
  }
  return true;
}

/** Reading by reading, for one meter. */
function merge(came: readonly Rows[]): readonly Rows[] {
  const latest = new Map<number, { readonly value: number; readonly intervalSeconds: number }>();
  for (const { timesMs, values, intervalSeconds } of came) {
    for (const [index, time] of timesMs.entries())
      latest.set(time, { value: values[index] ?? Number.NaN, intervalSeconds });
  }
  const meterNo = came[0]?.meterNo ?? 0;
  const readings = [...latest].sort(([a], [b]) => a - b);
  const runs: (typeof readings)[] = [];
  for (const reading of readings) {
    const run = runs.at(-1);
    if (run?.[0]?.[1].intervalSeconds === reading[1].intervalSeconds) run.push(reading);
    else runs.push([reading]);
  }
  return runs.map((run) => ({
    meterNo,
    intervalSeconds: run[0]?.[1].intervalSeconds ?? 0,
    timesMs: Float64Array.from(run, ([time]) => time),
    values: Float64Array.from(run, ([, { value }]) => value),
  }));
}
