import type { AnomalyKind, Severity } from './kinds.ts';

const hourMs = 3_600_000;

/** How much an anomaly matters: by what it is, and by how far off and how long. */
export function severityOf(kind: AnomalyKind, lastedMs: number, ratio: number): Severity {
  const hours = lastedMs / hourMs;
  switch (kind) {
    case 'DUPLICATE':
      return 'INFO';
    case 'SPIKE':
      return ratio > 3 ? 'MEDIUM' : 'LOW';
    case 'CLOCK_SHIFT':
      return 'MEDIUM';
    case 'STUCK':
    case 'GAP':
      return hours >= 24 ? 'HIGH' : hours >= 6 ? 'MEDIUM' : 'LOW';
    case 'ZERO_RUN':
      return hours >= 12 ? 'HIGH' : 'MEDIUM';
    case 'UNIT_JUMP':
      return 'HIGH';
    case 'LEVEL_SHIFT':
      return Math.abs(Math.log(ratio)) > Math.log(1.5) ? 'HIGH' : 'MEDIUM';
    case 'HIGH':
      return ratio > 2 || hours >= 72 ? 'HIGH' : 'MEDIUM';
    case 'LOW':
      return 'LOW';
  }
}
