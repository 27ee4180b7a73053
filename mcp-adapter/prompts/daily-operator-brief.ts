import { type PromptDefinition, siteArgument } from './prompt.ts';

export const dailyOperatorBrief: PromptDefinition = {
  name: 'daily_operator_brief',
  title: 'Daily operator brief',
  description:
    'What a facility operator should know this morning: what stands out since yesterday, what to look at first.',
  arguments: [siteArgument],
  tools: ['DataClock', 'TopConsumers', 'NightLoads', 'CompareWithEarlier', 'BuildingLatestReadings'],
  text: ({
    siteId,
  }) => `Write this morning's brief for the facility operator${siteId ? ` of site ${siteId}` : ''}. Half a page at most.

1. DataClock: say what time the data are from. If that is over two hours ago, say so first.
2. TopConsumers with period YESTERDAY${siteId ? ` and siteIds ["${siteId}"]` : ''}: the five largest, total and per square metre.
3. For each of them CompareWithEarlier with period YESTERDAY: name those that changed by more than 20 % against the same day last year or the day before.
4. NightLoads with period LAST_7_DAYS${siteId ? ` and filter {"siteIds": ["${siteId}"]}` : ''}: name buildings whose base load is over 60 % of their mean load.
5. BuildingLatestReadings for whatever stands out: a meter that is silent or constant explains a lot.

Then give at most three things to look at today, the costliest first, each with the building, the number that shows it, and a likely cause. Give every total's coverage when it is under 0.9. Do not guess where data are missing.`,
};
