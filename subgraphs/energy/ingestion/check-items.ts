import { mayReadBuilding } from '../../../platform/identity/access.ts';
import type { Principal } from '../../../platform/identity/principal.ts';
import type { KnownMeter } from './meter-directory.ts';
import type { IngestError, ReadingInput } from './types.ts';

/** An item that may be stored, still beside its place in the list. */
export interface AcceptedItem {
  readonly index: number;
  readonly meter: KnownMeter;
  readonly meterNo: number;
  readonly timeMs: number;
  /** Null: the meter's own. */
  readonly intervalSeconds: number | null;
  readonly value: number;
}

export interface RejectedItem {
  readonly index: number;
  readonly error: IngestError;
}

export interface CheckItemsOptions {
  readonly items: readonly ReadingInput[];
  readonly principal: Pick<Principal, 'buildings'>;
  /** Those of the items' meters that there are, by id. */
  readonly meters: ReadonlyMap<string, KnownMeter>;
  readonly nowMs: number;
}

/**
 * Tells the items that may be stored from those that may not, each of which has the first reason that applies.
 * Of several good items for one (meter, time) the last is accepted.
 */
export function checkItems({ items, principal, meters, nowMs }: CheckItemsOptions): {
  readonly accepted: readonly AcceptedItem[];
  readonly rejected: readonly RejectedItem[];
} {
  const rejected: RejectedItem[] = [];
  const accepted = new Map<string, AcceptedItem>();
  for (const [index, item] of items.entries()) {
    const checked = checkItem(item, { principal, meters, nowMs });
    if ('code' in checked) {
      rejected.push({ index, error: checked });
      continue;
    }
    const key = readingKey(checked);
    const earlier = accepted.get(key);
    if (earlier !== undefined) rejected.push({ index: earlier.index, error: duplicate(earlier, index) });
    accepted.set(key, { ...checked, index });
  }
  return { accepted: [...accepted.values()], rejected };
}

function checkItem(
  item: unknown,
  { principal, meters, nowMs }: Omit<CheckItemsOptions, 'items'>,
): Omit<AcceptedItem, 'index'> | IngestError {
  const fields: Partial<Record<string, unknown>> =
    typeof item === 'object' && item !== null ? { ...item } : {};
  const { meterId } = fields;
  const meter = typeof meterId === 'string' ? meters.get(meterId) : undefined;
  if (meter === undefined) return fault('UNKNOWN_METER', unknownMeter(meterId));
  if (!mayReadBuilding(principal, meter.buildingId))
    return fault(
      'FORBIDDEN_METER',
      `meterId ${show(meterId)}: the token does not cover building ${meter.buildingId}; ask for one whose "buildings" has it.`,
    );
  const { value } = fields;
  if (typeof value !== 'number' || !Number.isFinite(value))
    return fault(
      'NOT_A_NUMBER',
      `value is ${show(value)}: send a finite number, without quotes and without its unit.`,
    );
  if (value < 0)
    return fault(
      'NEGATIVE_VALUE',
      `value is ${value}: send what the interval used, 0 or more; what is made on site belongs to a solar meter.`,
    );
  const timeMs = readTime(fields['time']);
  if (timeMs === undefined)
    return fault(
      'BAD_TIME',
      `time is ${show(fields['time'])}: send the interval's start as RFC 3339 text with its offset, for example 2017-06-01T06:00:00Z, not before 1970.`,
    );
  if (timeMs > nowMs + aheadMs)
    return fault(
      'FUTURE_TIME',
      `time is ${new Date(timeMs).toISOString()}, over an hour ahead of the server's clock (${new Date(nowMs).toISOString()}): check the sender's clock and offset.`,
    );
  const interval = fields['intervalSeconds'] ?? null;
  if (interval !== null && !isInterval(interval))
    return fault(
      'BAD_INTERVAL',
      `intervalSeconds is ${show(interval)}: send a whole number from 1 to 86400, or leave it out for the meter's own.`,
    );
  return { meter, meterNo: meter.meterNo, timeMs, intervalSeconds: interval, value };
}

export const readingKey = ({ meterNo, timeMs }: Pick<AcceptedItem, 'meterNo' | 'timeMs'>): string =>
  `${meterNo} ${timeMs}`;

const aheadMs = 3_600_000;
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Unix ms, or undefined when it is no instant that a meter can have read. */
function readTime(time: unknown): number | undefined {
  const ms = time instanceof Date ? time.getTime() : typeof time === 'string' ? parseTime(time) : Number.NaN;
  return ms >= 0 ? ms : undefined;
}

/** `Date.parse` alone would take local time and roll 30 February over into March. */
function parseTime(text: string): number {
  if (!rfc3339.test(text)) return Number.NaN;
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) return Number.NaN;
  return Date.parse(text.toUpperCase().replace(' ', 'T'));
}

const isInterval = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 86_400;

const fault = (code: IngestError['code'], message: string): IngestError => ({ code, message });

const unknownMeter = (meterId: unknown): string =>
  meterId === undefined
    ? 'meterId is missing: send the id of a registered meter, for example Fox_office_Thelma:electricity.'
    : `meterId ${show(meterId)} is not registered: ids are <building>:<type>, as the field "meters" lists them.`;

const duplicate = ({ meter, timeMs, index }: AcceptedItem, later: number): IngestError =>
  fault(
    'DUPLICATE_IN_REQUEST',
    `meterId ${meter.id} at ${new Date(timeMs).toISOString()} comes again as item ${later}, which counts; send each (meter, time) once, not as here (item ${index}).`,
  );

const longestShown = 60;

/** A sender's value, as JSON, cut. */
function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'missing');
  return text.length > longestShown ? `${text.slice(0, longestShown)}...` : text;
}
