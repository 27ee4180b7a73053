import type { DeadLetter, DeadLetterFilter } from '../../platform/bus/dead/dead-letters.ts';
import type { TopicOverview } from '../../platform/bus/overview.ts';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { ResolverMap } from '../../platform/subgraph/resolvers.ts';
import type { EventsContext } from './context.ts';

interface TopicArgs {
  readonly topic: string;
}
interface LettersArgs extends TopicArgs {
  readonly filter?: { readonly [Name in keyof DeadLetterFilter]: DeadLetterFilter[Name] | null } | null;
  readonly first?: number | null;
  readonly after?: string | null;
}
interface IdsArgs extends TopicArgs {
  readonly ids: readonly string[];
}
interface ReplayArgs extends TopicArgs {
  readonly group: string;
  readonly fromTime?: Date | null;
  readonly fromPosition?: string | null;
  readonly eventsPerSecond?: number | null;
}

export const resolvers: ResolverMap<EventsContext> = {
  Query: {
    eventTopics: async (
      _: unknown,
      { names }: { readonly names?: readonly string[] | null },
      { overview }: EventsContext,
    ) => {
      const wanted = overview.topics.filter((name) => names?.includes(name) ?? true);
      return await Promise.all(wanted.map((name) => overview.of(name)));
    },
    deadLetters: (_: unknown, { topic, filter, first, after }: LettersArgs, { deadLetters }: EventsContext) =>
      deadLetters.list(topic, {
        filter: {
          group: filter?.group ?? undefined,
          reason: filter?.reason ?? undefined,
          type: filter?.type ?? undefined,
          error: filter?.error ?? undefined,
        },
        after: after ?? undefined,
        limit: bounded('first', first ?? 20, 100),
      }),
    deadLetter: (_: unknown, { topic, id }: TopicArgs & { readonly id: string }, { deadLetters }: EventsContext) =>
      deadLetters.find(topic, id),
    replays: (_: unknown, { topic }: TopicArgs, { replays }: EventsContext) => replays.list(topic),
  },
  Mutation: {
    retryDeadLetters: (_: unknown, { topic, ids }: IdsArgs, { deadLetters }: EventsContext) =>
      each(ids, (id) => deadLetters.retry(topic, id)),
    discardDeadLetters: (
      _: unknown,
      { topic, ids, reason }: IdsArgs & { readonly reason: string },
      { deadLetters }: EventsContext,
    ) => {
      if (reason.trim().length < 3) throw new EaioError('BAD_USER_INPUT', 'reason has 3 characters or more.');
      return each(ids, async (id) => (await deadLetters.discard(topic, id)) !== null);
    },
    startReplay: (_: unknown, args: ReplayArgs, { replays }: EventsContext) => {
      const from = args.fromPosition ?? args.fromTime?.getTime();
      if (from === undefined || (args.fromPosition && args.fromTime)) {
        throw new EaioError('BAD_USER_INPUT', 'Give either fromTime or fromPosition.');
      }
      const { topic, group, eventsPerSecond } = args;
      return replays.start({ topic, group, from, eventsPerSecond: eventsPerSecond ?? 1_000 });
    },
    cancelReplay: (_: unknown, { topic, id }: TopicArgs & { readonly id: string }, { replays }: EventsContext) =>
      replays.cancel(topic, id),
  },
  EventTopic: {
    priority: ({ priority }: TopicOverview) => priority.toUpperCase(),
    deadLetterCount: ({ name }: TopicOverview, _: unknown, { deadLetters }: EventsContext) =>
      deadLetters.count(name),
  },
  DeadLetter: {
    event: ({ entry }: DeadLetter) => {
      const at = entry.indexOf('event');
      return at % 2 === 0 ? (entry[at + 1] ?? null) : null;
    },
  },
};

function bounded(name: string, value: number, most: number): number {
  if (value >= 1 && value <= most) return value;
  throw new EaioError('BAD_USER_INPUT', `${name} is 1 to ${most}.`);
}

async function each(ids: readonly string[], run: (id: string) => Promise<boolean>) {
  bounded('The number of ids', ids.length, 100);
  const [done, missing]: [string[], string[]] = [[], []];
  for (const id of new Set(ids)) ((await run(id)) ? done : missing).push(id);
  return { done, missing };
}
