import type { RedisConnection } from '../redis/redis.ts';

type Argument = string | number;

/** A Lua script that Redis keeps by its hash. All its keys lie in one slot. */
export function createScript<Reply>(
  redis: RedisConnection,
  script: { readonly name: string; readonly keys: number; readonly lua: string },
): (...args: readonly Argument[]) => Promise<Reply> {
  redis.defineCommand(script.name, { numberOfKeys: script.keys, lua: script.lua });
  const commands = redis as unknown as Record<string, (...args: readonly Argument[]) => Promise<Reply>>;
  return async (...args) => {
    const run = commands[script.name];
    if (run === undefined) throw new Error(`Redis' client has no command ${script.name}.`);
    return await run.apply(redis, [...args]);
  };
}

export type Command = readonly [name: string, ...args: Argument[]];
export type Outcome = { readonly error: Error } | { readonly error: null; readonly reply: unknown };

/**
 * Sends commands without waiting between them, and resolves with what became of each. Commands of one key keep their order;
 * the first argument is the key. A Cluster takes a pipeline for each key: two keys may lie on two nodes.
 */
export async function sendAll(
  redis: RedisConnection,
  commands: readonly Command[],
): Promise<readonly Outcome[]> {
  if (commands.length === 0) return [];
  if (!redis.isCluster) return await pipelined(redis, commands);
  const outcomes: Outcome[] = [];
  const byKey = Map.groupBy(commands.keys(), (index) => commands[index]?.[1]);
  await Promise.all(
    [...byKey.values()].map(async (indexes) => {
      const piece = indexes.flatMap((index) => commands.slice(index, index + 1));
      const sent = await pipelined(redis, piece);
      for (const [place, index] of indexes.entries()) outcomes[index] = sent[place] ?? unanswered;
    }),
  );
  return outcomes;
}

const unanswered: Outcome = { error: new Error('Redis gave no answer.') };

async function pipelined(redis: RedisConnection, commands: readonly Command[]): Promise<readonly Outcome[]> {
  const pipeline = redis.pipeline(commands.map((command) => [...command]));
  const results = (await pipeline.exec()) ?? [];
  return commands.map((_, index) => {
    const [error, reply] = results[index] ?? [unanswered.error, null];
    return error === null ? { error, reply } : { error: error ?? unanswered.error };
  });
}
