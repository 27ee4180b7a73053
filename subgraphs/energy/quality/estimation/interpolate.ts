import { type Basis, type Estimate, type Gap, startsOf } from './basis.ts';

/** On the straight line between the readings around the gap; null unless both are there and can be trusted. */
export function interpolate({ intervalMs, valueAt }: Basis, gap: Gap): Estimate | null {
  const before = valueAt.get(gap.fromMs - intervalMs);
  const after = valueAt.get(gap.toMs);
  if (before === undefined || after === undefined) return null;
  const starts = startsOf(gap, intervalMs);
  const step = (after - before) / (starts.length + 1);
  return starts.map((_, index) => before + step * (index + 1));
}
