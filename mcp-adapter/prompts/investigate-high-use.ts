import { buildingArgument, type PromptDefinition, periodArgument } from './prompt.ts';

export const investigateHighUse: PromptDefinition = {
  name: 'investigate_high_use',
  title: 'Investigate high use',
  description:
    'Why does a building use so much? Goes from total to hours, and ends with causes to check on site.',
  arguments: [buildingArgument, periodArgument],
  tools: [
    'BuildingOverview',
    'CompareWithEarlier',
    'BuildingLoadProfile',
    'BuildingBaseLoad',
    'BuildingEnergyUse',
    'CompareBuildings',
  ],
  text: ({
    buildingId,
    period = 'LAST_30_DAYS',
  }) => `Find out why building ${buildingId} uses so much energy (period ${period}).

1. BuildingOverview: use, floor area, intensity, coverage. With coverage under 0.8, say that the answer is weak.
2. CompareWithEarlier: is it more than before, and than last year? If not, it is high by habit: go to 4.
3. BuildingEnergyUse by day: when did it begin? Then by hour for two days before and two days after that.
4. BuildingLoadProfile and BuildingBaseLoad: what runs at night and on weekends? A base load over 60 % of the mean is the first suspect outside of data centres, laboratories and hospitals.
5. CompareBuildings with the same primary use: is its intensity unusual among its peers?

Answer with the finding in one sentence, the numbers that show it, the likely causes in order of likelihood, and what a person should check on site for each. Say what the data cannot tell.`,
};
