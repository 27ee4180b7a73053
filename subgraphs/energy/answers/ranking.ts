import type { EnergyBuilding } from '../store/buildings.ts';
import type { Sum } from '../store/targets.ts';

export type Ranking = 'TOTAL' | 'INTENSITY';

export interface Measured {
  readonly building: EnergyBuilding;
  readonly total: Sum;
}

export interface Place {
  /** 1 is the largest. */
  readonly rank: number;
  /** Null when the floor area is unknown. */
  readonly perSqm: number | null;
  /** Of the total of all that are ranked. */
  readonly share: number;
}

/** Buildings with readings by total or by total per square metre (those of known area then), most first, equal ones by id. */
export function rank<T extends Measured>(measured: readonly T[], by: Ranking): readonly (T & Place)[] {
  const candidates = measured
    .map((one) => ({ one, perSqm: perSqmOf(one) }))
    .filter(({ perSqm }) => by === 'TOTAL' || perSqm !== null)
    .map((candidate) => ({
      ...candidate,
      size: by === 'TOTAL' ? candidate.one.total.sum : (candidate.perSqm ?? 0),
    }));
  const all = candidates.reduce((sum, { one }) => sum + one.total.sum, 0);
  return candidates
    .sort((a, b) => b.size - a.size || (a.one.building.id < b.one.building.id ? -1 : 1))
    .map(({ one, perSqm }, index) => ({
      ...one,
      perSqm,
      rank: index + 1,
      share: all === 0 ? 0 : one.total.sum / all,
    }));
}

const perSqmOf = ({ building: { floorAreaSqm }, total: { sum } }: Measured): number | null =>
  floorAreaSqm === null || floorAreaSqm <= 0 ? null : sum / floorAreaSqm;
