import type { GraphQLResolveInfo } from 'graphql';
import type { EnergyContext } from '../context.ts';
import { askSeries, mostDays, type SeriesArgs } from './ask.ts';

interface SiteReference {
  readonly id: string;
}

/** Fields that energy adds to Site. */
export const siteResolvers = {
  __resolveReference: ({ id }: SiteReference): SiteReference => ({ id }),

  async energyUse({ id }: SiteReference, args: SeriesArgs, context: EnergyContext, info: GraphQLResolveInfo) {
    const buildings = await context.loaders.site.load(id);
    context.tag(...buildings.map((building) => `energy:${building.id}`));
    return askSeries(
      context,
      buildings.flatMap(({ meters }) => meters),
      args,
      mostDays.byHourOfMany,
      info,
    );
  },
};
