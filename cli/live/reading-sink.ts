import type { MeterSeries } from '../../connectors/meter-series.ts';
import { countReadings } from '../../connectors/meter-series.ts';
import type { ReadingSink } from '../../connectors/reading-sink.ts';
import { systemPrincipal } from '../../platform/identity/access.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import {
  type Ingestion,
  type Intake,
  maxIngestItems,
  type ReadingInput,
} from '../../subgraphs/energy/ingestion/types.ts';

export interface ReadingSinkOptions {
  readonly ingestion: Pick<Ingestion, 'bulk'>;
  readonly intake: Intake;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Lets a live source write into the energy domain: what comes live goes the way of all readings, each announced; what was
 * missed while the system was off goes as history, for nobody waits for its single readings.
 */
export function createReadingSink({ ingestion, intake, log }: ReadingSinkOptions): ReadingSink {
  return {
    async write(batch) {
      const count = countReadings(batch);
      if (count === 0) return;
      if (count > maxIngestItems) {
        await ingestion.bulk(once(batch));
        return;
      }
      const { rejected, results } = await intake.ingest(systemPrincipal, batch.flatMap(itemsOf));
      if (rejected > 0)
        log.warn(
          { rejected, first: results.find(({ error }) => error !== null)?.error },
          'Live readings were rejected.',
        );
    },
  };
}

function itemsOf({ meterId, timesMs, values, intervalSeconds }: MeterSeries): readonly ReadingInput[] {
  return Array.from(timesMs, (timeMs, index) => ({
    meterId,
    time: new Date(timeMs),
    value: values[index],
    intervalSeconds,
  }));
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
