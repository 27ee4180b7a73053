import { Cluster, type ClusterNode, type ClusterOptions, type Command } from 'ioredis';

export interface ClusterConnectionOptions
  extends Pick<ClusterOptions, 'clusterRetryStrategy' | 'retryDelayOnFailover'> {
  /** Longest wait for an answer, redirections included. */
  readonly commandTimeoutMs: number;
  readonly redisOptions: NonNullable<ClusterOptions['redisOptions']> & { replyMapping?: never };
}

/** ioredis' message, by which callers know that Redis is away. */
const closed = 'Connection is closed.';

/**
 * A cluster connection whose commands wait for a bounded time, wherever they wait. ioredis bounds what was sent to a node;
 * what waits for the cluster itself it keeps for ever, with all the bytes of it.
 */
export class ClusterConnection extends Cluster {
  readonly #commandTimeoutMs: number;
  #wasReady = false;

  constructor(nodes: ClusterNode[], { commandTimeoutMs, ...options }: ClusterConnectionOptions) {
    super(nodes, options);
    this.#commandTimeoutMs = commandTimeoutMs;
    this.once('ready', () => {
      this.#wasReady = true;
    });
  }

  override sendCommand(command: Command, ...more: [stream?: never, node?: unknown]): unknown {
    // ioredis itself asks with CLUSTER whether the cluster is there again.
    if (this.#wasReady && this.status !== 'ready' && command.name !== 'cluster') {
      command.reject(new Error(closed));
      return command.promise;
    }
    command.setTimeout(this.#commandTimeoutMs);
    return super.sendCommand(command, ...more);
  }
}
