import { buildingArgument, type PromptDefinition, periodArgument } from './prompt.ts';

export const monthlyReport: PromptDefinition = {
  name: 'monthly_report',
  title: 'Monthly report',
  description: "A building's monthly energy report for its owner or the sustainability team.",
  arguments: [buildingArgument, { ...periodArgument, description: 'LAST_MONTH (default) or THIS_MONTH.' }],
  tools: ['BuildingMonthlyReport', 'BuildingDataCoverage', 'BuildingEnergyUse'],
  text: ({
    buildingId,
    period = 'LAST_MONTH',
  }) => `Write the energy report of building ${buildingId} for ${period}, for readers who are no engineers. One page.

Use BuildingMonthlyReport for the figures, BuildingEnergyUse by day for the course of the month, BuildingDataCoverage to see whether the totals can be trusted.

Sections: the month in two sentences; a table of energy by type (kWh, coverage); against the month before and the same month last year (percent, from mean rates); intensity in kWh per square metre; the peak and when it was; what to do next month. Round to three digits. Where coverage is under 0.9, mark the figure and say why it is too low.`,
};
