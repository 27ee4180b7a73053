import { buildingArgument, type PromptDefinition } from './prompt.ts';

export const explainAnomaly: PromptDefinition = {
  name: 'explain_anomaly',
  title: 'Explain an anomaly',
  description: 'Something odd was seen on a day: is it the data, the weather, the schedule, or a fault?',
  arguments: [
    buildingArgument,
    { name: 'date', description: 'The local day, for example 2017-06-01.', required: true },
  ],
  tools: ['BuildingEnergyUse', 'BuildingLoadProfile', 'FindMeters', 'MeterReadings', 'BuildingDataCoverage'],
  text: ({ buildingId, date }) => `Something odd was seen in building ${buildingId} on ${date}. Explain it.

1. BuildingEnergyUse by hour for that day and the day before and after; the same weekday one and two weeks earlier.
2. BuildingLoadProfile over the eight weeks before: what is normal for those hours?
3. Rule out the data first. FindMeters, then MeterReadings around the hours: a value that repeats exactly, zeros where people are at work, a jump by a factor of 1000 or 3.412, missing hours, quality other than GOOD. BuildingDataCoverage for the month.
4. Only then the building: all meter types together (a chiller shows in chilled water and electricity), hours that fit a schedule, the day after a holiday or a change of clocks.

Answer: what happened, from when to when, how large against normal (kWh and percent), which explanation fits best and what speaks against it, and what to check.`,
};
