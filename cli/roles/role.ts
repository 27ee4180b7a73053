import type { Config } from '../../platform/config/load.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';

/** What a role is built from. */
export interface RoleContext {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly log: Logger;
  /** Whatever the role opens goes in here; it is closed in the opposite order when the process drains. */
  readonly lifecycle: Lifecycle;
}

/** A role that is built and has connected, but has not opened its doors. */
export interface PreparedRole {
  /** Opens them; resolves, with what to log, when others can come. */
  serve(): Promise<string>;
}

/** A part of the system that fills a process. @throws OperatorError when it can't be built. */
export type RoleFactory = (context: RoleContext) => Promise<PreparedRole>;
