import type { MeterType } from '../domain.ts';
import type { Sum } from '../store/targets.ts';
import type { LocalDate } from '../time/local-date.ts';
import { rangeCoverage, type Scope } from './coverage.ts';

/** What counts as delivered energy: not solar, which is made on site, and not water. */
export const deliveredTypes = [
  'ELECTRICITY',
  'CHILLED_WATER',
  'STEAM',
  'HOT_WATER',
  'GAS',
] as const satisfies readonly MeterType[];

const hoursOf365Days = 8_760;

/** GraphQL's `EnergyUseIntensity`. */
export interface EnergyUseIntensity {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly kwhPerSqm: number;
  readonly kwhPerSqmYear: number;
  readonly energyKwh: number;
  readonly floorAreaSqm: number;
  readonly coverage: number;
  readonly byType: readonly {
    readonly type: MeterType;
    readonly energyKwh: number;
    readonly kwhPerSqm: number;
  }[];
}

/** @param scope the meters of all delivered types; `measured`: what each type adds up to. Null when nothing was measured. */
export function toIntensity(
  scope: Scope,
  floorAreaSqm: number,
  measured: readonly { readonly type: MeterType; readonly total: Sum }[],
  dataEndMs: number | null,
): EnergyUseIntensity | null {
  if (measured.length === 0) return null;
  const add = (of: (total: Sum) => number) => measured.reduce((sum, { total }) => sum + of(total), 0);
  const energyKwh = add(({ sum }) => sum);
  return {
    ...scope.range,
    kwhPerSqm: energyKwh / floorAreaSqm,
    // A mean rate is a meter's sum over the hours that it covers: times a year's hours, and gaps do not count as savings.
    kwhPerSqmYear: (add(({ mean }) => mean) * hoursOf365Days) / floorAreaSqm,
    energyKwh,
    floorAreaSqm,
    coverage: rangeCoverage(
      scope,
      add(({ coveredSeconds }) => coveredSeconds),
      dataEndMs,
    ),
    byType: measured.map(({ type, total: { sum } }) => ({
      type,
      energyKwh: sum,
      kwhPerSqm: sum / floorAreaSqm,
    })),
  };
}
