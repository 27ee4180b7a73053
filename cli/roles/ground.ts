import type { Pool } from 'pg';
import { type AuditTrail, createAuditTrail } from '../../platform/audit/trail.ts';
import { createBus } from '../../platform/bus/bus.ts';
import { loadEventSchemas } from '../../platform/bus/event-schemas.ts';
import { createOffice, type Office } from '../../platform/bus/office.ts';
import type { Bus } from '../../platform/bus/types.ts';
import { createGrantedReads, type GrantedReads } from '../../platform/postgres/granted-reads.ts';
import { createPool } from '../../platform/postgres/pool.ts';
import { waitForPostgres } from '../../platform/postgres/wait.ts';
import { createRedis, type RedisConnection } from '../../platform/redis/redis.ts';
import { waitForRedis } from '../../platform/redis/wait.ts';
import { createMetrics, type Metrics } from '../../platform/telemetry/metrics.ts';
import { busTopics } from '../data/bus-topics.ts';
import { migrateAll } from '../data/migrate-all.ts';
import type { RoleContext } from './role.ts';

/** What every role stands on. */
export interface Ground {
  readonly pool: Pool;
  /** Reads with the rights of whoever asks. */
  readonly reads: GrantedReads;
  readonly redis: RedisConnection;
  readonly bus: Bus;
  /** What is known of the bus besides its events. */
  readonly office: Office;
  readonly metrics: Metrics;
  readonly audit: AuditTrail;
}

/** Long enough for containers that are started side by side. */
const answerMs = 30_000;

/**
 * Connects, once PostgreSQL and Redis answer and the schema is up to date: any number of roles may bring it there at once.
 * @throws OperatorError when they don't answer.
 */
export async function openGround(context: RoleContext, role: string): Promise<Ground> {
  const { config, databaseUrl, redisUrl, log, lifecycle } = context;
  await Promise.all([
    waitForPostgres(databaseUrl, { deadlineMs: answerMs }).then(() => migrateAll(databaseUrl)),
    waitForRedis(redisUrl, { deadlineMs: answerMs }),
  ]);
  const name = `eaio-${role}`;
  const connections = {
    connectionString: databaseUrl,
    max: config.services.pgPoolSize,
    onError: (err: Error) => log.warn({ err }, 'A connection to PostgreSQL was lost.'),
  };
  const pool = createPool({ ...connections, applicationName: name });
  lifecycle.defer('PostgreSQL connections', () => pool.end());
  const reads = createGrantedReads({ ...connections, applicationName: `${name}-reads` });
  lifecycle.defer('PostgreSQL connections that read', () => reads.end());
  const redis = createRedis(redisUrl, {
    name,
    onError: (err) => log.warn({ err }, 'The connection to Redis is disturbed.'),
  });
  lifecycle.defer('Redis connection', () => redis.disconnect());
  const metrics = createMetrics({ labels: { role }, runtime: true });
  const schemas = loadEventSchemas();
  const bus = lifecycle.use('event bus', createBus({ redis, schemas, topics: busTopics, metrics, log }));
  const office = createOffice({ redis, schemas, topics: busTopics, maxLength: 10_000 });
  const audit = lifecycle.use('audit', createAuditTrail({ bus, metrics, log, source: `/${role}` }));
  return { pool, reads, redis, bus, office, metrics, audit };
}
