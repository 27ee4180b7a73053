import { EaioError } from '../errors/eaio-error.ts';
import type { Topic } from './define-topics.ts';
import type { Groups } from './groups.ts';
import { type Layouts, newest, partitionsOf } from './layouts.ts';
import type { Marks } from './marks.ts';

/** Pushes back before the pipe runs over. */
export interface Backlog {
  /** @throws EaioError PIPE_FULL when a registered group would be more than the topic's bound behind in a partition. */
  admit(topic: Topic, counts: ReadonlyMap<number, number>): Promise<void>;
}

interface Sight {
  readonly seenAtMs: number;
  /** By partition: how far the slowest group is behind, and what it read in a second lately. */
  readonly lags: ReadonlyMap<
    number,
    { readonly group: string; readonly entries: number; readonly drained: number }
  >;
  readonly ratePerSecond: number;
  /** What this process has published since. */
  readonly published: Map<number, number>;
}

/**
 * What groups are behind is looked up a few times a second, while anything is published, and in between counted on by what
 * this process publishes itself: a publish costs no question of its own. Several publishers together can pass the bound by
 * what they publish in that time; the topic's hard limit, well above, is Redis' own.
 */
export function createBacklog(options: {
  readonly groups: Groups;
  readonly layouts: Layouts;
  readonly marks: Marks;
  readonly clock?: () => number;
  /** Default 200 ms. */
  readonly freshMs?: number;
}): Backlog {
  const { groups, layouts, marks, clock = () => performance.now(), freshMs = 200 } = options;
  const sights = new Map<string, Sight>();
  const looking = new Map<string, Promise<Sight>>();

  async function look({ name }: Topic): Promise<Sight> {
    const before = sights.get(name);
    const registered = await groups.of(name);
    const lags = new Map<number, { group: string; entries: number; drained: number }>();
    if (registered.length > 0) {
      const { generations } = await layouts.of(name);
      await Promise.all(
        partitionsOf(newest(generations)).map(async (partition) => {
          const { added, marks: at } = await marks.survey(name, partition);
          const [slowest] = registered
            .map((group) => ({ group: group.name, drained: at.get(group.name)?.count ?? 0 }))
            .sort((a, b) => a.drained - b.drained);
          if (slowest !== undefined) lags.set(partition, { ...slowest, entries: added - slowest.drained });
        }),
      );
    }
    const seenAtMs = clock();
    const seconds = before === undefined ? 0 : (seenAtMs - before.seenAtMs) / 1_000;
    const drained = [...lags].reduce(
      (sum, [partition, { drained }]) =>
        sum + Math.max(0, drained - (before?.lags.get(partition)?.drained ?? drained)),
      0,
    );
    const sight = {
      seenAtMs,
      lags,
      ratePerSecond: seconds > 0 ? drained / seconds : 0,
      published: new Map(),
    };
    sights.set(name, sight);
    return sight;
  }

  function refreshed(topic: Topic): Promise<Sight> {
    const running = looking.get(topic.name);
    if (running !== undefined) return running;
    const sight = look(topic).finally(() => looking.delete(topic.name));
    looking.set(topic.name, sight);
    return sight;
  }

  return {
    async admit(topic, counts) {
      if (topic.maxBacklog === Number.POSITIVE_INFINITY) return;
      const known = sights.get(topic.name);
      const stale = known === undefined || clock() - known.seenAtMs > freshMs;
      const sight = stale ? await refreshed(topic) : known;
      for (const [partition, count] of counts) {
        const lag = sight.lags.get(partition);
        if (lag === undefined) continue;
        const entries = lag.entries + (sight.published.get(partition) ?? 0);
        if (entries + count <= topic.maxBacklog || entries === 0) continue;
        const surplus = entries + count - topic.maxBacklog + topic.maxBacklog / 10;
        const retryAfterMs = Math.round(
          Math.min(
            30_000,
            Math.max(100, sight.ratePerSecond > 0 ? (surplus / sight.ratePerSecond) * 1_000 : 1_000),
          ),
        );
        throw new EaioError(
          'PIPE_FULL',
          `${topic.name} holds ${entries} events that ${lag.group} has not read yet. Send again in ${retryAfterMs} ms.`,
          { details: { topic: topic.name, group: lag.group, backlog: entries, retryAfterMs } },
        );
      }
      for (const [partition, count] of counts) {
        sight.published.set(partition, (sight.published.get(partition) ?? 0) + count);
      }
    },
  };
}
