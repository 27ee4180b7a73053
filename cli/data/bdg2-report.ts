import type { Correction } from '../../connectors/bdg2/corrections.ts';
import { type FaultKind, type FaultReport, faultMeanings } from '../../connectors/bdg2/fault-log.ts';
import { formatCount, formatDuration } from '../output/format.ts';
import type { Bdg2Report } from './load-bdg2.ts';

const examplesPerKind = 3;

/** What became of an import, for the person who ran it: how much and how fast, then every kind of fault with the first few places. */
export function describeBdg2Report(report: Bdg2Report): string {
  const {
    readings,
    inserted,
    updated,
    unchanged,
    elapsedMs,
    readingsPerSecond,
    missing,
    corrections,
    corrected,
    faults,
  } = report;
  return [
    `${formatCount(readings)} readings in ${formatDuration(elapsedMs)}: ${formatCount(readingsPerSecond)} readings/s.`,
    `${formatCount(inserted)} new, ${formatCount(updated)} changed, ${formatCount(unchanged)} known before; ${formatCount(missing)} cells are empty.`,
    ...corrections.map((correction) => describeCorrection(correction, corrected)),
    faults.total === 0 ? 'No faults in the files.' : `${formatCount(faults.total)} faults in the files:`,
    ...kindsOf(faults).flatMap((kind) => describeKind(kind, faults)),
  ].join('\n');
}

function describeCorrection({ siteId, timeZone, why }: Correction, corrected: boolean): string {
  const to = timeZone === undefined ? '' : ` to ${timeZone}`;
  return corrected
    ? `Corrected ${siteId}${to}: ${why}`
    : `${siteId} looks wrong, and is followed as published; --corrections (EAIO_BDG2_CORRECTIONS=on) corrects it${to}. ${why}`;
}

const kindsOf = ({ counts }: FaultReport): readonly FaultKind[] =>
  Object.keys(faultMeanings).filter((kind): kind is FaultKind => kind in counts);

function describeKind(kind: FaultKind, { counts, details }: FaultReport): readonly string[] {
  const places = details.filter((fault) => fault.kind === kind).slice(0, examplesPerKind);
  return [
    `  ${kind}: ${formatCount(counts[kind] ?? 0)}. ${faultMeanings[kind]}`,
    ...places.map(
      ({ file, line, column, reason }) =>
        `    ${file}:${line}${column === null ? '' : ` ${column}`}: ${reason}`,
    ),
  ];
}
