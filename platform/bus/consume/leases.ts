import type { RedisConnection } from '../../redis/redis.ts';
import { createScript } from '../connection.ts';
import { epochKey, leaseKey, membersKey } from '../keys.ts';

/** That one worker of a group holds a partition, until it hands it over or says nothing for too long. */
export interface Lease {
  readonly topic: string;
  readonly partition: number;
  readonly group: string;
  readonly epoch: number;
  /** What Redis holds: compared before anything is done in the lease's name. */
  readonly value: string;
}

export interface Leases {
  /** Says that this worker lives; resolves with all of the group's that do, in order. */
  greet(topic: string): Promise<readonly string[]>;
  leave(topic: string): Promise<void>;
  /** Undefined while another worker holds it. */
  take(topic: string, partition: number): Promise<Lease | undefined>;
  /** False when it is another's by now. */
  renew(lease: Lease): Promise<boolean>;
  release(lease: Lease): Promise<void>;
}

/** All times are Redis' own: workers' clocks need not agree. */
export function createLeases(options: {
  readonly redis: RedisConnection;
  readonly group: string;
  readonly worker: string;
  readonly leaseMs: number;
}): Leases {
  const { redis, group, worker, leaseMs } = options;
  const greetScript = createScript<readonly string[]>(redis, {
    name: 'eaioGreet',
    keys: 1,
    lua: `local time = redis.call('TIME')
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
      redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
      redis.call('PEXPIRE', KEYS[1], ARGV[2] * 10)
      return redis.call('ZRANGE', KEYS[1], 0, -1)`,
  });
  const takeScript = createScript<number>(redis, {
    name: 'eaioTake',
    keys: 2,
    lua: `if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
      local epoch = redis.call('INCR', KEYS[2])
      redis.call('SET', KEYS[1], ARGV[1] .. ':' .. epoch, 'PX', ARGV[2])
      return epoch`,
  });
  const renewScript = createScript<number>(redis, {
    name: 'eaioRenew',
    keys: 1,
    lua: `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
      return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
  });
  const releaseScript = createScript<number>(redis, {
    name: 'eaioRelease',
    keys: 1,
    lua: `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
      return redis.call('DEL', KEYS[1])`,
  });
  const keyOf = ({ topic, partition }: Lease) => leaseKey(topic, partition, group);

  return {
    greet: (topic) => greetScript(membersKey(topic, group), worker, leaseMs),
    async leave(topic) {
      await redis.zrem(membersKey(topic, group), worker);
    },
    async take(topic, partition) {
      const keys = [leaseKey(topic, partition, group), epochKey(topic, partition, group)] as const;
      const epoch = await takeScript(...keys, worker, leaseMs);
      return epoch === 0 ? undefined : { topic, partition, group, epoch, value: `${worker}:${epoch}` };
    },
    renew: async (lease) => (await renewScript(keyOf(lease), lease.value, leaseMs)) === 1,
    async release(lease) {
      await releaseScript(keyOf(lease), lease.value);
    },
  };
}
