/** What an anomaly is. The first seven are rules' findings, the last three are detection's own. */
export const anomalyKinds = [
  'STUCK',
  'ZERO_RUN',
  'UNIT_JUMP',
  'SPIKE',
  'GAP',
  'DUPLICATE',
  'CLOCK_SHIFT',
  'LEVEL_SHIFT',
  'HIGH',
  'LOW',
] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

export const severities = ['INFO', 'LOW', 'MEDIUM', 'HIGH'] as const;
export type Severity = (typeof severities)[number];
