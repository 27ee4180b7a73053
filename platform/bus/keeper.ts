import type { RedisConnection } from '../redis/redis.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createBell } from './consume/bell.ts';
import type { Topic } from './define-topics.ts';
import { streamKey } from './keys.ts';
import { allPartitions } from './layouts.ts';
import type { BusMetrics } from './metrics.ts';
import type { Office } from './office.ts';
import { comparePositions } from './position.ts';

/** Trims what is old or too much, and tells how far groups are behind. */
export interface Keeper extends AsyncDisposable {
  /** One round over all topics, now. Resolves with how many entries went. */
  round(): Promise<number>;
}

/**
 * Retention: what is older than its topic says, or more than it says, goes, but nothing that a registered group has not
 * read; that goes only at the hard limit, which `publish` has Redis keep. Any number of processes may run a keeper: trimming
 * twice trims once.
 */
export function runKeeper(options: {
  readonly redis: RedisConnection;
  readonly office: Office;
  readonly metrics: BusMetrics;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly clock?: () => number;
  /** Between two rounds. Default 5,000 ms. */
  readonly everyMs?: number;
}): Keeper {
  const { redis, office, metrics, log, clock = Date.now, everyMs = 5_000 } = options;
  const closing = new AbortController();

  async function keep(name: string): Promise<number> {
    const topic = office.topic(name);
    const groups = (await office.groups.of(name)).map((group) => group.name);
    const behind = new Map(groups.map((group) => [group, 0]));
    let trimmed = 0;
    for (const partition of allPartitions(await office.layouts.refresh(name))) {
      const { length, added, marks } = await office.marks.survey(name, partition);
      let unread = '';
      let mostUnread = 0;
      for (const group of groups) {
        const { position, count } = marks.get(group) ?? { position: '0-0', count: 0 };
        behind.set(group, (behind.get(group) ?? 0) + Math.max(0, added - count));
        mostUnread = Math.max(mostUnread, added - count);
        if (unread === '' || comparePositions(position, unread) < 0) unread = position;
        if (added - length > count) {
          const entries = added - length - count;
          log.error(
            { topic: name, partition, group, entries },
            'Unread entries were trimmed at the hard limit',
          );
        } else if (length > topic.hardLimit * 0.8 && added - count > topic.hardLimit * 0.8) {
          log.error(
            { topic: name, partition, group, length },
            'A group is so far behind that entries will be lost',
          );
        }
      }
      trimmed += await trim(topic, partition, { length, mostUnread, unread });
    }
    for (const [group, entries] of behind) metrics.lag(name, group, entries);
    return trimmed;
  }

  async function trim(
    { name, retention }: Topic,
    partition: number,
    held: { readonly length: number; readonly mostUnread: number; readonly unread: string },
  ): Promise<number> {
    const key = streamKey(name, partition);
    const most = Math.max(retention.maxEntries, held.mostUnread);
    const tooMany = held.length > most ? await redis.xtrim(key, 'MAXLEN', most) : 0;
    if (retention.maxAgeMs === Number.POSITIVE_INFINITY) return tooMany;
    const old = `${Math.max(0, clock() - retention.maxAgeMs)}-0`;
    const before = held.unread !== '' && comparePositions(held.unread, old) < 0 ? held.unread : old;
    return tooMany + (await redis.xtrim(key, 'MINID', before));
  }

  async function round(): Promise<number> {
    let trimmed = 0;
    for (const name of office.topics) trimmed += await keep(name);
    return trimmed;
  }

  const bell = createBell();
  const running = (async () => {
    while (!closing.signal.aborted) {
      await round().catch((err: unknown) => log.warn({ err }, 'The bus can not be tidied now'));
      await bell.rung(closing.signal, everyMs);
    }
  })();
  return {
    round,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await running;
    },
  };
}
