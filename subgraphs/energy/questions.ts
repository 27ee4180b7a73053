import DataLoader from 'dataloader';
import type { EnergyMeter } from './store/buildings.ts';
import type { HourSource } from './store/hours.ts';
import type { DayTarget, InstantTarget, LoadTarget } from './store/targets.ts';
import { hourOffsetMs, instantsOf } from './time/buckets.ts';
import type { DayRange } from './time/time-range.ts';

/** What is asked of some meters together. */
export interface Question {
  readonly meters: readonly EnergyMeter[];
  readonly range: DayRange;
}

/** As `Question`, where it matters at what instants the range's days begin. */
export interface ZonedQuestion extends Question {
  readonly zone: string;
}

/** Questions as the store wants them: the key of a question is its place in the batch. */
export type Keyed<Q> = readonly [key: number, question: Q];

/** A loader that numbers its batch. `none` is the answer to a question that got none. */
export function answering<Q, A>(
  ask: (questions: readonly Keyed<Q>[]) => Promise<ReadonlyMap<number, A>>,
  none: A,
): Pick<DataLoader<Q, A>, 'load'> {
  return new DataLoader<Q, A>(
    async (questions) => {
      const answers = await ask(questions.map((question, key) => [key, question]));
      return questions.map((_, key) => answers.get(key) ?? none);
    },
    { cache: false },
  );
}

/** As `answering`: one statement for the questions that kept hours can answer, one for those that need raw readings. */
export const answeringByHour = <A>(
  ask: (questions: readonly Keyed<ZonedQuestion>[], source: HourSource) => Promise<ReadonlyMap<number, A>>,
  none: A,
): Pick<DataLoader<ZonedQuestion, A>, 'load'> =>
  answering(async (questions) => {
    const bySource = Map.groupBy(
      questions,
      ([, { range, zone }]): HourSource => (hourOffsetMs(range, zone) === 0 ? 'kept' : 'raw'),
    );
    const answers = await Promise.all([...bySource].map(([source, some]) => ask(some, source)));
    return new Map(answers.flatMap((some) => [...some]));
  }, none);

export const dayTargets = ([key, { meters, range }]: Keyed<Question>): readonly DayTarget[] =>
  meters.map(({ meterNo }) => ({ key, meterNo, ...range }));

export function instantTargets([
  key,
  { meters, range, zone },
]: Keyed<ZonedQuestion>): readonly InstantTarget[] {
  const span = instantsOf(range, zone);
  return meters.map(({ meterNo }) => ({ key, meterNo, ...span }));
}

export function loadTargets([key, { meters, range, zone }]: Keyed<ZonedQuestion>): readonly LoadTarget[] {
  const span = instantsOf(range, zone);
  const meterCount = meters.filter((meter) => wasInService(meter, span)).length;
  return meters.map(({ meterNo }) => ({ key, meterNo, ...span, zone, meterCount }));
}

/** Whether the meter's life, from its first reading to its newest, touches the span. */
const wasInService = (
  { firstReadingAt, lastReadingAt }: EnergyMeter,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): boolean =>
  firstReadingAt !== null &&
  lastReadingAt !== null &&
  firstReadingAt.getTime() < toMs &&
  lastReadingAt.getTime() >= fromMs;
