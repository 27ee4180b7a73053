import { totalmem } from 'node:os';

export type ServerSettings = Readonly<Record<string, string | number>>;

const mib = 2 ** 20;
const megabytes = (bytes: number): string => `${Math.floor(bytes / mib)}MB`;

/** No socket files: a long data folder's path would not fit into a socket's address. */
const everywhere: ServerSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Compiling a plan costs more than the short queries of a graph take.
  jit: 'off',
  log_min_messages: 'warning',
};

/**
 * One machine that loads tens of millions of readings and then answers: few, large checkpoints; write-ahead log for
 * recovery only (no replica reads it), so that COPY into a table made in the same transaction skips it.
 * Commits wait for the disk as usual: what was acknowledged survives a crash. A bulk load that can be repeated may
 * `set local synchronous_commit = off` for itself.
 */
export function workingSettings(memoryBytes: number = totalmem()): ServerSettings {
  return {
    ...everywhere,
    max_connections: 100,
    shared_buffers: megabytes(Math.min(512 * mib, memoryBytes / 6)),
    effective_cache_size: megabytes(memoryBytes / 2),
    work_mem: '32MB',
    maintenance_work_mem: megabytes(Math.min(256 * mib, memoryBytes / 12)),
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    wal_buffers: '16MB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: 0.9,
    random_page_cost: 1.1,
    // Loading fills one partition after another: look often, so that plans know the new rows.
    autovacuum_naptime: '15s',
  };
}

/** Data that is thrown away with the run: nothing waits for the disk. */
export function throwawaySettings(): ServerSettings {
  return {
    ...everywhere,
    max_connections: 200,
    shared_buffers: '128MB',
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '2GB',
    checkpoint_timeout: '30min',
    random_page_cost: 1.1,
  };
}
