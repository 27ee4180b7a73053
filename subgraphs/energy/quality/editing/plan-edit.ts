import { EaioError } from '../../../../platform/errors/eaio-error.ts';
import { qualities } from '../../domain.ts';
import type { RevisedReading } from '../revise.ts';
import { type EditOperation, editedRule, mostEdited } from './edit.ts';

/** A reading as it stands, or as it once stood. */
export type Standing = RevisedReading;

export interface PlannedEdit {
  readonly put: readonly RevisedReading[];
  /** Starts, Unix ms. */
  readonly remove: readonly number[];
}

const good = qualities.indexOf('GOOD');

/** What can be told wrong of an edit without looking at the readings. @throws EaioError BAD_USER_INPUT */
export function checkEdit(operation: EditOperation, reason: string, nowMs: number): void {
  if (reason.trim() === '') throw bad('reason', 'say why the readings are changed; it stays with them.');
  if (operation.kind === 'SET') {
    if (operation.values.length === 0 || operation.values.length > mostEdited)
      throw bad('values', `1 to ${mostEdited} are taken, not ${operation.values.length}.`);
    const times = new Set<number>();
    for (const { timeMs, value, intervalSeconds = 1 } of operation.values) {
      if (!Number.isFinite(value) || value < 0)
        throw bad('values', `${value} is no reading: meters count 0 or more.`);
      if (!Number.isInteger(intervalSeconds) || intervalSeconds < 1 || intervalSeconds > 86_400)
        throw bad('values', 'intervalSeconds takes a whole number from 1 to 86,400.');
      if (timeMs < 0 || timeMs > nowMs)
        throw bad('values', `${new Date(timeMs).toISOString()} is not in the past.`);
      if (times.has(timeMs)) throw bad('values', `${new Date(timeMs).toISOString()} is there twice.`);
      times.add(timeMs);
    }
    return;
  }
  if (operation.fromMs >= operation.toMs)
    throw bad('range', '`from` must be before `to`: readings from `from` (included) to `to` (excluded).');
  if (operation.kind === 'SCALE' && !(Number.isFinite(operation.factor) && operation.factor >= 0))
    throw bad(
      'factor',
      'SCALE takes a factor of 0 or more, for example 0.001 for watt-hours sent as kilowatt-hours.',
    );
}

/**
 * What the edit makes of the readings that stand where it reaches. A person vouches for what an edit writes, so that it is
 * GOOD, with the rule `edited`. What would change nothing is left out.
 * @param originals for RESTORE: what was measured before the first edit of each.
 */
export function planEdit(
  operation: EditOperation,
  {
    standing,
    originals,
    intervalSeconds: own,
    origin,
  }: {
    readonly standing: readonly Standing[];
    readonly originals: readonly Standing[];
    readonly intervalSeconds: number;
    readonly origin: number;
  },
): PlannedEdit {
  const edited = { quality: good, rule: editedRule, origin };
  switch (operation.kind) {
    case 'SET': {
      const known = new Map(standing.map((each) => [each.timeMs, each]));
      const put = operation.values.map(({ timeMs, value, intervalSeconds }) => ({
        ...{ timeMs, value, ...edited },
        intervalSeconds: intervalSeconds ?? known.get(timeMs)?.intervalSeconds ?? own,
      }));
      return {
        put: put.filter(({ timeMs, value, intervalSeconds }) => {
          const before = known.get(timeMs);
          return !(
            before?.value === value &&
            before.intervalSeconds === intervalSeconds &&
            before.quality === good
          );
        }),
        remove: [],
      };
    }
    case 'SCALE':
      return {
        put:
          operation.factor === 1
            ? []
            : standing.map((each) => ({ ...each, ...edited, value: each.value * operation.factor })),
        remove: [],
      };
    case 'REJECT':
      return { put: [], remove: standing.map(({ timeMs }) => timeMs) };
    case 'RESTORE':
      return { put: originals, remove: [] };
  }
}

const bad = (argument: string, message: string): EaioError =>
  new EaioError('BAD_USER_INPUT', `${argument}: ${message}`, { details: { argument } });
