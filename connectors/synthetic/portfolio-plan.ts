import { type BuildingFacts, type MeterFacts, type MeterType, meterIdOf, type SiteFacts } from '../facts.ts';
import { type Climate, climates } from './climates.ts';
import { type Draft, dealMeters } from './deal-meters.ts';
import { givenNames } from './names.ts';
import { apportion, between, hashText, mix, normal, uniform } from './random.ts';
import { type Use, uses } from './uses.ts';

export interface PlannedBuilding {
  readonly facts: BuildingFacts;
  readonly floorAreaSqm: number;
  readonly climate: Climate;
  readonly use: Use;
  readonly meterTypes: readonly MeterType[];
  readonly meters: readonly MeterFacts[];
}

export interface PortfolioPlan {
  readonly climates: readonly Climate[];
  readonly sites: readonly SiteFacts[];
  readonly buildings: readonly PlannedBuilding[];
}

export interface PlanOptions {
  readonly seed: number;
  readonly buildings: number;
  readonly sites: number;
}

/**
 * Which buildings there are: uses, meter types and floor areas in BDG2's proportions, three meters a building on
 * average, a third of the buildings at the first site. The same for the same options, always.
 * Throws a RangeError for a portfolio that cannot be.
 */
export function planPortfolio({ seed, buildings: count, sites: siteCount }: PlanOptions): PortfolioPlan {
  if (!Number.isInteger(siteCount) || siteCount < 1 || siteCount > climates.length) {
    throw new RangeError(`A synthetic portfolio has 1 to ${climates.length} sites, not ${siteCount}.`);
  }
  if (!Number.isInteger(count) || count < siteCount || count > 10_000) {
    throw new RangeError(
      `A synthetic portfolio of ${siteCount} sites has ${siteCount} to 10,000 buildings, not ${count}.`,
    );
  }
  const chosen = climates.slice(0, siteCount);
  const sizes = apportion(
    count - siteCount,
    chosen.map((_, index) => 1 / (index + 3)),
  ).map((size) => size + 1);
  const siteOf = chosen.flatMap((climate, index) => Array<Climate>(sizes[index] ?? 0).fill(climate));
  const useCounts = apportion(
    count,
    uses.map(({ bdg2Count }) => bdg2Count),
  );
  const usesInOrder = uses.flatMap((use, index) => Array<Use>(useCounts[index] ?? 0).fill(use));
  const shuffled = usesInOrder
    .map((use, index) => ({ use, key: mix(hashText(seed, 'uses'), index) }))
    .sort((a, b) => a.key - b.key);

  const taken = new Set<string>();
  const drafts = siteOf.map((climate, index) => {
    const use = shuffled[index]?.use as Use;
    const id = freeId(`${climate.siteId}_${use.word}`, hashText(seed, `name ${index}`), taken);
    return { id, climate, use, hash: hashText(seed, id) };
  });
  const meterTypes = dealMeters(drafts, seed);
  const buildings = drafts.map((draft) => buildingOf(draft, meterTypes.get(draft.id) ?? []));
  return {
    climates: chosen,
    sites: chosen.map((climate) => ({
      id: climate.siteId,
      name: `${climate.siteId} (${climate.city})`,
      timeZone: climate.timeZone,
      location: { latitude: climate.latitude, longitude: climate.longitude },
    })),
    buildings,
  };
}

function freeId(stem: string, hash: number, taken: Set<string>): string {
  const start = Math.floor(uniform(hash) * givenNames.length);
  for (let step = 0; ; step += 1) {
    const round = Math.floor(step / givenNames.length);
    const id = `${stem}_${givenNames[(start + step) % givenNames.length]}${round === 0 ? '' : round + 1}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

function buildingOf({ id, climate, use, hash }: Draft, meterTypes: readonly MeterType[]): PlannedBuilding {
  const deviation = Math.max(-2, Math.min(2, normal(mix(hash, 1))));
  const floorAreaSqm = Math.round(use.medianSqm * Math.exp(use.spread * deviation) * 10) / 10;
  const floors = Math.max(
    1,
    Math.min(24, Math.round(Math.sqrt(floorAreaSqm / 900) * between(mix(hash, 2), 0.7, 1.6))),
  );
  const heating = meterTypes.find((type) => type === 'STEAM' || type === 'HOT_WATER' || type === 'GAS');
  const facts: BuildingFacts = {
    id,
    siteId: climate.siteId,
    name: id.replaceAll('_', ' '),
    primaryUse: use.primaryUse,
    subUse: use.subUses[Math.floor(uniform(mix(hash, 3)) * use.subUses.length)] ?? null,
    floorAreaSqm,
    timeZone: climate.timeZone,
    location: { latitude: climate.latitude, longitude: climate.longitude },
    yearBuilt: Math.round(2018 - 95 * uniform(mix(hash, 4)) ** 1.4),
    floors,
    occupants: Math.max(1, Math.round(floorAreaSqm / use.sqmPerPerson)),
    energyStarScore: null,
    publishedSiteEui: null,
    heatingType:
      heating === undefined ? null : { STEAM: 'Steam', HOT_WATER: 'Heat network', GAS: 'Gas' }[heating],
    industry: null,
    subIndustry: null,
    leedLevel: null,
  };
  const meters = meterTypes.map((type) => ({
    id: meterIdOf(id, type),
    buildingId: id,
    type,
    intervalSeconds: 3600,
  }));
  return { facts, floorAreaSqm, climate, use, meterTypes, meters };
}
