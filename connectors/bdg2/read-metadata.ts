import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { messageOf } from '../../platform/errors/facts.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import type { SiteFacts } from '../facts.ts';
import { type Bdg2Building, buildingOf } from './building-row.ts';
import type { Correction } from './corrections.ts';
import type { FaultKind, FaultLog } from './fault-log.ts';
import { createMetadataRow } from './metadata-row.ts';
import { canonicalZone, isKnownZone } from './vocabulary.ts';

export type Bdg2Site = SiteFacts;

export interface Bdg2Metadata {
  /** In the order of their first buildings. */
  readonly sites: readonly Bdg2Site[];
  /** By id, in the file's order. */
  readonly buildings: ReadonlyMap<string, Bdg2Building>;
}

export interface ReadMetadataOptions {
  readonly path: string;
  readonly faults: FaultLog;
  /** Where to depart from what is published; `knownCorrections` has the cases that the data prove. */
  readonly corrections?: readonly Correction[];
}

const unzip = promisify(gunzip);
const required = ['building_id', 'site_id', 'timezone'];

/**
 * Reads BDG2's `metadata.csv` (LF or CRLF, also `.gz`). Faulty lines and cells go to `faults`; the rest is kept.
 * Throws an OperatorError when the file cannot be read or is not BDG2's metadata.
 */
export async function readMetadata({
  path,
  faults,
  corrections = [],
}: ReadMetadataOptions): Promise<Bdg2Metadata> {
  const file = basename(path);
  const [headerLine = '', ...lines] = (await readText(path)).split(/\r?\n/);
  const header = splitLine(headerLine);
  if (typeof header === 'string' || !required.every((name) => header.includes(name))) {
    const hint = headerLine.startsWith('version https://git-lfs')
      ? 'it is a Git LFS pointer; "git lfs pull" fetches the file'
      : `its first line lacks ${required.join(', ')}`;
    throw new OperatorError(`${path} is not BDG2's metadata: ${hint}.`);
  }

  const buildings = new Map<string, Bdg2Building>();
  const sites = new Map<string, Bdg2Site>();
  for (const [index, text] of lines.entries()) {
    if (text.trim() === '') continue;
    const line = index + 2;
    const leaveOut = (kind: FaultKind, reason: string, column: string | null = null): void =>
      faults.add({ kind, file, line, column, reason });

    const cells = splitLine(text);
    if (typeof cells === 'string') {
      leaveOut('BROKEN_LINE', cells);
      continue;
    }
    if (cells.length !== header.length) {
      leaveOut('BROKEN_LINE', `${cells.length} cells where the header has ${header.length}`);
      continue;
    }
    const row = createMetadataRow({ header, cells, file, line, faults });
    const id = row.text('building_id');
    const siteId = row.text('site_id');
    if (id === null || siteId === null) {
      leaveOut('BROKEN_LINE', 'building_id or site_id is empty');
      continue;
    }
    if (buildings.has(id)) {
      leaveOut('DUPLICATE_BUILDING', `${id} is there already`);
      continue;
    }
    const correction = corrections.find((candidate) => candidate.siteId === siteId);
    const timeZone = correction?.timeZone ?? canonicalZone(row.text('timezone') ?? '');
    if (!isKnownZone(timeZone)) {
      leaveOut('BAD_TIME_ZONE', `"${timeZone}" is not an IANA time zone`, 'timezone');
      continue;
    }
    const building = buildingOf({ row, id, siteId, timeZone, correction });
    buildings.set(id, building);
    const site = sites.get(siteId) ?? { id: siteId, name: siteId, timeZone, location: null };
    sites.set(siteId, { ...site, location: site.location ?? building.location });
  }
  return { sites: [...sites.values()], buildings };
}

/** Cells of one line, or why it cannot be read. Line by line: a quote left open spoils its own line only. */
function splitLine(line: string): readonly string[] | string {
  try {
    const [cells]: string[][] = parse(line, { relax_column_count: true, trim: true });
    return cells ?? [];
  } catch (error) {
    return messageOf(error);
  }
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith('.gz') ? await unzip(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const reason = messageOf(error);
    throw new OperatorError(`${path} cannot be read: ${reason}`, { cause: error });
  }
}
