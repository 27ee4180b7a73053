import type { Pool } from 'pg';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { latestChecks } from '../../subgraphs/energy/quality/sync/sync-store.ts';

const measures = ['completeness', 'validity', 'timeliness', 'uniqueness'] as const;

/** What the leader found out, on every process' metrics: a sample a measure and meter type, never one a meter. Looked up at each scrape. */
export function registerQualityMetrics(metrics: Metrics, pool: Pool): void {
  for (const measure of measures)
    metrics.gauge({
      name: `eaio_data_${measure}_ratio`,
      help: `Data ${measure} of all meters of a type, on the last day that was judged.`,
      labels: ['meter_type'],
      async collect(gauge) {
        const { rows } = await pool.query<{ meter_type: string; value: number | null }>(
          `select meter_type, ${measure} as value from energy.quality_summary`,
        );
        gauge.reset();
        for (const { meter_type, value } of rows) if (value !== null) gauge.set({ meter_type }, value);
      },
    });
  metrics.gauge({
    name: 'eaio_sync_error_ratio',
    help: 'Share of what the newest sync check compared of stream, store and rollups that differs.',
    async collect(gauge) {
      const [newest] = await latestChecks(pool, 1);
      gauge.set(newest?.errorRatio ?? 0);
    },
  });
}
