import type { Instance } from './instance.ts';

/**
 * The instance that shall have the next request: of those that are healthy and whose breaker lets it through, the one with
 * fewest requests under way (a random one of two, so that edges don't all run to the same). `tried` come last.
 * Undefined when none can be tried. When health checks refuse all of them, they are not believed.
 */
export function pickInstance(
  instances: readonly Instance[],
  tried: ReadonlySet<Instance>,
): Instance | undefined {
  const passable = instances.filter(({ breaker }) => breaker.mayTry());
  const healthy = passable.filter((instance) => instance.healthy);
  const candidates = healthy.length > 0 ? healthy : passable;
  const fresh = candidates.filter((instance) => !tried.has(instance));
  return lessBusy(fresh.length > 0 ? fresh : candidates);
}

function lessBusy(instances: readonly Instance[]): Instance | undefined {
  if (instances.length < 2) return instances[0];
  const first = Math.floor(Math.random() * instances.length);
  const second = (first + 1 + Math.floor(Math.random() * (instances.length - 1))) % instances.length;
  const [one, other] = [instances[first], instances[second]];
  return one && other && other.outstanding < one.outstanding ? other : one;
}
