import { createMetrics } from './metrics.ts';

test('counters, gauges and histograms are exposed as Prometheus reads them', async () => {
  const metrics = createMetrics({ labels: { process: 'edge' } });
  metrics.counter({ name: 'eaio_test_total', help: 'Things.', labels: ['kind'] }).inc({ kind: 'a' }, 2);
  metrics.gauge({ name: 'eaio_test_open', help: 'Open things.', collect: (gauge) => gauge.set(7) });
  metrics.histogram({ name: 'eaio_test_seconds', help: 'Time.', buckets: [1, 2] }).observe(1.5);
  const { contentType, text } = await metrics.exposition();
  expect(contentType).toMatch(/^text\/plain/);
  expect(text).toContain('eaio_test_total{kind="a",process="edge"} 2');
  expect(text).toContain('eaio_test_open{process="edge"} 7');
  expect(text).toContain('eaio_test_seconds_bucket{le="2",process="edge"} 1');
});

test('asking again for a name gives the same metric', async () => {
  const metrics = createMetrics();
  const wanted = { name: 'eaio_test_total', help: 'Things.' };
  metrics.counter(wanted).inc();
  metrics.counter(wanted).inc();
  expect((await metrics.exposition()).text).toContain('eaio_test_total 2');
  const gauge = { name: 'eaio_test_open', help: 'Open.' };
  expect(metrics.gauge(gauge)).toBe(metrics.gauge(gauge));
  const histogram = { name: 'eaio_test_seconds', help: 'Time.' };
  expect(metrics.histogram(histogram)).toBe(metrics.histogram(histogram));
});

test('a name that is another kind of metric already is a fault', () => {
  const metrics = createMetrics();
  metrics.counter({ name: 'eaio_test_total', help: 'Things.' });
  expect(() => metrics.gauge({ name: 'eaio_test_total', help: 'Things.' })).toThrow('eaio_test_total');
});

test("Node's own metrics come when asked for", async () => {
  expect((await createMetrics({ runtime: true }).exposition()).text).toContain(
    'process_resident_memory_bytes',
  );
  expect((await createMetrics().exposition()).text).not.toContain('process_resident_memory_bytes');
});
