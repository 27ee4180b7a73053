import { InvalidArgumentError } from 'commander';

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const longestMs = 365 * unitsMs.d;

/** `30m`, `8h`, `7d`, `45s` as milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text.trim());
  const unit = (['s', 'm', 'h', 'd'] as const).find((name) => name === match?.[2]);
  const ms = unit === undefined ? Number.NaN : Number(match?.[1]) * unitsMs[unit];
  if (!(ms >= 1_000 && ms <= longestMs))
    throw new InvalidArgumentError('Give a number and a unit, for example 30m, 8h or 7d (1s to 365d).');
  return ms;
}
