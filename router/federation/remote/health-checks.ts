import type { Instance } from './instance.ts';

export interface HealthCheckOptions {
  readonly instances: readonly Instance[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Where an instance says whether it is ready: `/health/ready`. */
  readonly path: string;
  readonly onChange: (instance: Instance) => void;
}

/** Asks every instance now and then whether it is ready; the balancer heeds the answers. */
export function startHealthChecks({
  instances,
  intervalMs,
  timeoutMs,
  path,
  onChange,
}: HealthCheckOptions): Disposable {
  async function check(instance: Instance): Promise<void> {
    const healthy = await isReady(instance);
    if (healthy === instance.healthy) return;
    instance.healthy = healthy;
    onChange(instance);
  }

  async function isReady({ pool }: Instance): Promise<boolean> {
    try {
      const { statusCode, body } = await pool.request({
        path,
        method: 'GET',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }

  const timer = setInterval(() => {
    for (const instance of instances) void check(instance);
  }, intervalMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
