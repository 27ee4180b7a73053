import type { MeterType } from '../facts.ts';
import type { Climate } from './climates.ts';
import { apportion, hashText, uniform } from './random.ts';
import { bdg2Meters, electricityShare, type Use } from './uses.ts';

/** A building before it has meters. */
export interface Draft {
  readonly id: string;
  readonly climate: Climate;
  readonly use: Use;
  readonly hash: number;
}

const metersPerBuilding = 3;
const carriers: readonly MeterType[] = ['STEAM', 'STEAM', 'HOT_WATER', 'GAS'];

/** How likely a building has a meter of a type; 0 is never. */
function affinity(type: MeterType, { use, climate, hash }: Draft, has: readonly MeterType[]): number {
  switch (type) {
    case 'ELECTRICITY':
    case 'WATER':
      return 1;
    case 'CHILLED_WATER':
      return use.cooling >= 50 ? 1 : 0.2;
    case 'STEAM':
    case 'HOT_WATER':
    case 'GAS': {
      if (climate.meanC > 25) return type === 'GAS' && use.primaryUse === 'FOOD' ? 1 : 0.05;
      // One carrier heats most buildings, a few have a second, for a kitchen or a laboratory.
      const second = carriers.some((carrier) => has.includes(carrier));
      return (carriers[hash & 3] === type ? 1 : 0.5) * (second ? 0.15 : 1);
    }
    case 'IRRIGATION':
      return use.primaryUse === 'PARKING' ? 0.1 : 0.5 + (1 - climate.cloud);
    case 'SOLAR':
      return use.primaryUse === 'PARKING' ? 2 : 1;
  }
}

/** Deals the meters out: as many of each type as its share, each to the buildings that suit it best. */
export function dealMeters(
  drafts: readonly Draft[],
  seed: number,
): ReadonlyMap<string, readonly MeterType[]> {
  const electricity = Math.round(drafts.length * electricityShare);
  const others = bdg2Meters.filter(([type]) => type !== 'ELECTRICITY');
  // One of each first, so that even a small portfolio knows every type.
  const spare = Math.max(0, drafts.length * metersPerBuilding - electricity - others.length);
  const shares = apportion(
    spare,
    others.map(([, count]) => count),
  ).map((share) => share + 1);
  const counts = new Map<MeterType, number>([
    ['ELECTRICITY', electricity],
    ...others.map(([type], index) => [type, shares[index] ?? 0] as const),
  ]);

  const dealt = new Map<string, MeterType[]>(drafts.map(({ id }) => [id, []]));
  for (const [type] of bdg2Meters) {
    const ranked = drafts
      .map((draft) => {
        const has = dealt.get(draft.id) ?? [];
        const wants = has.length === 0 && type !== 'ELECTRICITY' ? 2 : 1 / (1 + has.length);
        return {
          has,
          score: affinity(type, draft, has) * wants * (0.25 + uniform(hashText(seed, `${draft.id} ${type}`))),
        };
      })
      .sort((a, b) => b.score - a.score);
    for (const { has } of ranked.slice(0, counts.get(type))) has.push(type);
  }
  return dealt;
}
