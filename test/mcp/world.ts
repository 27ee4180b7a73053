import type { TestSystem } from '../kit/edge.ts';

/** Ids that exist, for arguments that name something. */
export interface KnownIds {
  readonly buildingId: string;
  readonly siteId: string;
  readonly meterId: string;
  /** RFC 3339; an hour that has a reading. */
  readonly time: string;
}

export function knownIds({ portfolio, meters, lastHourMs }: TestSystem): KnownIds {
  const [building] = portfolio.buildings;
  const meter = meters.find(({ buildingId, type }) => buildingId === building?.id && type === 'ELECTRICITY');
  if (!building || !meter) throw new Error('The portfolio has no building with electricity.');
  return {
    buildingId: building.id,
    siteId: building.siteId,
    meterId: meter.id,
    time: new Date(lastHourMs).toISOString(),
  };
}
