import { type Command, Redis, type RedisOptions } from 'ioredis';

/** ioredis' message, by which callers know that Redis is away. */
const closed = 'Connection is closed.';

/**
 * A connection to the master that sentinels name. ioredis ends it for good when no sentinel names one that answers, or when
 * a failover is announced while it looks; this one looks again, as often as `retryStrategy` says. Meanwhile what is
 * asked for fails at once.
 */
export class SentinelConnection extends Redis {
  #wasReady = false;
  #closing = false;
  #looked = 0;

  constructor(options: Omit<RedisOptions, 'replyMapping' | 'protocol'>) {
    super({ ...options, sentinelRetryStrategy: () => null });
    this.on('ready', () => {
      this.#wasReady = true;
      this.#looked = 0;
    });
    this.on('end', () => this.#lookAgain());
  }

  /** Another connection like this one, but for the options given. */
  another(options: Omit<RedisOptions, 'replyMapping' | 'protocol'>): SentinelConnection {
    const { replyMapping: _default, protocol: _same, ...inherited } = this.options;
    return new SentinelConnection({ ...inherited, ...options });
  }

  override sendCommand(command: Command, ...more: [stream?: never]): unknown {
    // In the state "connect" ioredis itself speaks to the server.
    if (this.#wasReady && ['close', 'reconnecting', 'connecting'].includes(this.status)) {
      command.reject(new Error(closed));
      return command.promise;
    }
    return super.sendCommand(command, ...more);
  }

  override disconnect(reconnect = false): void {
    if (!reconnect) this.#closing = true;
    super.disconnect(reconnect);
  }

  override quit(...callback: []): Promise<'OK'> {
    this.#closing = true;
    return super.quit(...callback);
  }

  #lookAgain(): void {
    this.#looked += 1;
    const pauseMs = this.#closing ? null : this.options.retryStrategy?.(this.#looked);
    if (typeof pauseMs !== 'number') return;
    setTimeout(() => {
      if (!this.#closing && this.status === 'end') this.connect().catch(() => undefined);
    }, pauseMs);
  }
}
