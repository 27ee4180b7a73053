import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Common sizes of a request: 0.5 ms to 10 s. */
const latencyBucketsS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

export interface MetricOptions<Label extends string> {
  /** `eaio_<part>_<what>_<unit>`, counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[] | undefined;
}

export interface GaugeOptions<Label extends string> extends MetricOptions<Label> {
  readonly collect?: ((gauge: Gauge<Label>) => void | Promise<void>) | undefined;
}

export interface Metrics {
  readonly registry: Registry;
  /** Asking again for a name gives the same metric, so that a part may be built more than once in a process. */
  counter<const Label extends string = never>(options: MetricOptions<Label>): Counter<Label>;
  /** `collect` runs at each scrape: for values that are looked up rather than counted. */
  gauge<const Label extends string = never>(options: GaugeOptions<Label>): Gauge<Label>;
  /** `buckets` in the metric's unit; default latencies in seconds. */
  histogram<const Label extends string = never>(
    options: MetricOptions<Label> & { readonly buckets?: readonly number[] },
  ): Histogram<Label>;
  /** The text that `/metrics` answers, and its media type. */
  exposition(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/**
 * Metrics of one process for Prometheus; a registry of its own, so that two in one process (in tests) do not mix.
 * `labels` go on every sample (`{ process: 'edge' }`); `runtime` adds Node's own metrics.
 */
export function createMetrics(
  options: { readonly labels?: Readonly<Record<string, string>>; readonly runtime?: boolean } = {},
): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ ...options.labels });
  if (options.runtime === true) collectDefaultMetrics({ register: registry });

  const configuration = <Label extends string>({ name, help, labels = [] }: MetricOptions<Label>) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  return {
    registry,
    counter(wanted) {
      const known = registry.getSingleMetric(wanted.name);
      return known instanceof Counter ? known : new Counter(configuration(wanted));
    },
    gauge<const Label extends string>({ collect, ...wanted }: GaugeOptions<Label>) {
      const known = registry.getSingleMetric(wanted.name);
      if (known instanceof Gauge) return known;
      const gauge: Gauge<Label> = new Gauge({
        ...configuration(wanted),
        ...(collect === undefined ? {} : { collect: () => collect(gauge) }),
      });
      return gauge;
    },
    histogram({ buckets = latencyBucketsS, ...wanted }) {
      const known = registry.getSingleMetric(wanted.name);
      return known instanceof Histogram
        ? known
        : new Histogram({ ...configuration(wanted), buckets: [...buckets] });
    },
    exposition: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
