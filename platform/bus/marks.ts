import type { RedisConnection } from '../redis/redis.ts';
import { createScript } from './connection.ts';
import type { Mark, Seat } from './consume/types.ts';
import { leaseKey, marksKey, streamKey } from './keys.ts';
import { beginning } from './position.ts';

/**
 * How far each group has come in each partition, in Redis beside the entries: of groups with positions in Redis the truth,
 * of others a copy that follows. From it come lag, back-pressure, and what may be trimmed.
 */
export interface Marks {
  read(seat: Seat): Promise<Mark>;
  write(seat: Seat, mark: Mark): Promise<void>;
  /** What a partition holds, and where its groups stand. */
  survey(topic: string, partition: number): Promise<Survey>;
  /** Sets the marks of a group that is new to a partition; one that is known keeps its own. */
  begin(seat: Seat, from: 'beginning' | 'now'): Promise<void>;
  forget(seat: Seat): Promise<void>;
}

export interface Survey {
  /** Entries now, and all that there ever were. */
  readonly length: number;
  readonly added: number;
  readonly first: string | null;
  readonly last: string;
  readonly marks: ReadonlyMap<string, Mark & { readonly movedAtMs: number }>;
}

/** The field of a seat in its partition's hash. */
export const markField = ({ group, lane }: Pick<Seat, 'group' | 'lane'>): string =>
  lane === 'live' ? group : `${group}/${lane}`;

export const encodeMark = ({ position, count }: Mark): string => `${position} ${count} ${Date.now()}`;

export function decodeMark(text: string | null | undefined): Mark & { readonly movedAtMs: number } {
  const [position = beginning, count = '0', movedAtMs = '0'] = (text ?? '').split(' ');
  return { position: position || beginning, count: Number(count), movedAtMs: Number(movedAtMs) };
}

/** Lua: the facts of the stream KEYS[1] as a table; all 0 when there is none. */
export const streamFacts = `
  local facts = { length = 0, ['entries-added'] = 0, ['last-generated-id'] = '${beginning}' }
  if redis.call('EXISTS', KEYS[1]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[1])
    for i = 1, #info, 2 do facts[info[i]] = info[i + 1] end
  end`;

export function createMarks(redis: RedisConnection): Marks {
  const surveyScript = createScript<readonly [number, number, string | null, string, readonly string[]]>(
    redis,
    {
      name: 'eaioSurvey',
      keys: 2,
      lua: `${streamFacts}
        local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
        return {
          facts.length, facts['entries-added'], first and first[1] or false, facts['last-generated-id'],
          redis.call('HGETALL', KEYS[2])
        }`,
    },
  );
  const beginScript = createScript<number>(redis, {
    name: 'eaioBegin',
    keys: 2,
    lua: `${streamFacts}
      local mark = '${beginning} ' .. (facts['entries-added'] - facts.length)
      if ARGV[2] == 'now' then mark = facts['last-generated-id'] .. ' ' .. facts['entries-added'] end
      return redis.call('HSETNX', KEYS[2], ARGV[1], mark .. ' ' .. ARGV[3])`,
  });

  return {
    async read(seat) {
      return decodeMark(await redis.hget(marksKey(seat.topic, seat.partition), markField(seat)));
    },
    async write(seat, mark) {
      await redis.hset(marksKey(seat.topic, seat.partition), markField(seat), encodeMark(mark));
    },
    async survey(topic, partition) {
      const keys = [streamKey(topic, partition), marksKey(topic, partition)];
      const [length, added, first, last, fields] = await surveyScript(...keys);
      const marks = new Map<string, Mark & { readonly movedAtMs: number }>();
      for (let index = 0; index < fields.length; index += 2) {
        marks.set(fields[index] ?? '', decodeMark(fields[index + 1]));
      }
      return { length, added, first, last, marks };
    },
    async begin(seat, from) {
      const { topic, partition } = seat;
      const keys = [streamKey(topic, partition), marksKey(topic, partition)];
      await beginScript(...keys, markField(seat), from, Date.now());
    },
    async forget({ topic, partition, group }) {
      await redis.hdel(marksKey(topic, partition), group, markField({ group, lane: 'again' }));
      await redis.del(leaseKey(topic, partition, group));
    },
  };
}
