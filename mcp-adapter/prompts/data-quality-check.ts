import { type PromptDefinition, siteArgument } from './prompt.ts';

export const dataQualityCheck: PromptDefinition = {
  name: 'data_quality_check',
  title: 'Data quality check',
  description: 'Which meters can be trusted: silent, incomplete or implausible ones, worst first.',
  arguments: [siteArgument],
  tools: ['DataClock', 'FindMeters', 'FindBuildings', 'BuildingDataCoverage', 'MeterReadings'],
  text: ({ siteId }) => `Check the quality of the meter data${siteId ? ` of site ${siteId}` : ''}.

1. DataClock for the time of the newest reading.
2. FindMeters${siteId ? ` with filter {"siteIds": ["${siteId}"]}` : ''}, all pages: list meters whose lastReadingAt is over a day behind it: they are silent.
3. BuildingDataCoverage with LAST_12_MONTHS for up to ten buildings, those of silent meters first: months under 0.95.
4. MeterReadings of a day for the three worst: values that repeat exactly, zeros, jumps.

A table, worst first: meter, what is wrong, since when, what it spoils (which totals are too low). Then what to do: call the integrator, replace the meter, or mark the data.`,
};
