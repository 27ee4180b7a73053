import { join } from 'node:path';
import { type AnchorStore, fileAnchor, redisAnchor } from '../../platform/audit/anchor.ts';
import type { Config } from '../../platform/config/load.ts';
import type { RedisConnection } from '../../platform/redis/redis.ts';

/** Where it is kept, apart from the database, how far the chain has grown. */
export function auditAnchors({ audit, run }: Config, redis: RedisConnection): readonly AnchorStore[] {
  return [fileAnchor(audit.anchorFile ?? join(run.dataDir, 'audit', 'anchor.json')), redisAnchor(redis)];
}

/** Where records go that are too old for the table. */
export const auditArchive = ({ audit, run }: Config): string =>
  audit.archiveDir ?? join(run.dataDir, 'audit');
