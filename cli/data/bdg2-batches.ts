import type { MeterFile } from '../../connectors/bdg2/meter-file.ts';
import type { MeterSeries } from '../../connectors/meter-series.ts';

type Batch = readonly MeterSeries[];

/**
 * The batches of several files, each in the order of its months, in one order of months: a month that comes whole is loaded
 * several times faster than one that comes in parts. Holds one batch of each file.
 */
export async function* inMonthOrder(files: readonly Pick<MeterFile, 'batches'>[]): AsyncGenerator<Batch> {
  const sources = files.map((file) => file.batches());
  try {
    let heads = await Promise.all(sources.map((source) => nextOf(source)));
    for (;;) {
      const first = heads.reduce<Head | undefined>(
        (least, head) =>
          head !== undefined && (least === undefined || head.startMs < least.startMs) ? head : least,
        undefined,
      );
      if (first === undefined) return;
      yield first.batch;
      const replaced = await nextOf(first.source);
      heads = heads.map((head) => (head === first ? replaced : head));
    }
  } finally {
    await Promise.all(sources.map((source) => source.return(undefined)));
  }
}

interface Head {
  readonly source: AsyncGenerator<Batch>;
  readonly batch: Batch;
  readonly startMs: number;
}

async function nextOf(source: AsyncGenerator<Batch>): Promise<Head | undefined> {
  const { value, done } = await source.next();
  if (done === true) return undefined;
  const startMs = value.reduce(
    (least: number, { timesMs }: MeterSeries) => Math.min(least, timesMs[0] ?? least),
    Number.POSITIVE_INFINITY,
  );
  return { source, batch: value, startMs };
}
