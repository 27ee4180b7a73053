import { type PromptDefinition, periodArgument, siteArgument } from './prompt.ts';

export const compareBuildings: PromptDefinition = {
  name: 'compare_buildings',
  title: 'Compare buildings',
  description: 'Ranks buildings of one use fairly, and says where the largest savings are.',
  arguments: [
    { name: 'primaryUse', description: 'The use to compare within, for example OFFICE.', required: true },
    siteArgument,
    periodArgument,
  ],
  tools: ['CompareBuildings', 'BuildingLoadProfile', 'BuildingFacts'],
  text: ({
    primaryUse,
    siteId,
    period = 'LAST_12_MONTHS',
  }) => `Compare the ${primaryUse} buildings${siteId ? ` of site ${siteId}` : ''} over ${period}.

CompareBuildings with filter ${JSON.stringify({ primaryUses: [primaryUse], ...(siteId ? { siteIds: [siteId] } : {}) })}. Leave out buildings of coverage under 0.8 or of unknown floor area, and say which those are.

Rank by kWh per square metre and year. For the three highest: BuildingFacts and BuildingLoadProfile: does age, size, finer use or schedule explain it? Estimate what each would save per year at the median of its peers (kWh), and say that this is an upper bound. A table, then five sentences.`,
};
