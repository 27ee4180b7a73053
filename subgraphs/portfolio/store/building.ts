import type { BuildingFacts } from '../domain.ts';

/** A building as the graph's resolvers read it. */
export interface Building extends BuildingFacts {
  /** What the order NAME sorts by. */
  readonly nameKey: string;
}
