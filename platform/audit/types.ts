import type { ErrorCode } from '../errors/catalogue.ts';

/** From where somebody asks. */
export interface Origin {
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  readonly door: 'http' | 'websocket' | 'sse' | 'mcp' | 'cli';
}

/** Who, of a principal: enough to find the person or the key again. */
export interface Actor {
  readonly subject: string;
  readonly roles: readonly string[];
  /** The visible part of an API key. */
  readonly keyPrefix?: string | undefined;
}

export type AuditKind = 'mutation' | 'tool' | 'denied' | 'token' | 'key' | 'grant' | 'admin';

/** What is to be kept of one deed. Secrets among the arguments are masked by whoever takes it. */
export interface AuditEntry {
  readonly kind: AuditKind;
  /** The operation, tool, route or command. */
  readonly what: string;
  readonly arguments?: unknown;
  readonly outcome: 'begun' | 'done' | 'failed' | 'denied';
  readonly code?: ErrorCode | undefined;
  /** Id of the record that was written before the deed. */
  readonly begun?: string | undefined;
  readonly who?: Actor | undefined;
  readonly origin?: Origin | undefined;
  /** W3C trace context of the request. */
  readonly traceparent?: string | undefined;
}

/** One record as it lies in the chain. */
export interface AuditRecord {
  readonly id: string;
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly kind: AuditKind;
  readonly what: string;
  readonly arguments?: unknown;
  readonly outcome: AuditEntry['outcome'];
  readonly code?: string;
  readonly begun?: string;
  readonly subject?: string;
  readonly roles?: readonly string[];
  readonly keyPrefix?: string;
  readonly address?: string;
  readonly userAgent?: string;
  readonly door?: string;
  readonly traceId?: string;
  /** Equal refusals that this record stands for. */
  readonly count?: number;
}

export interface AuditHealth {
  readonly status: 'ok' | 'degraded';
  readonly reason?: string | undefined;
}

/** Where deeds are put on record. */
export interface Audit {
  /** Takes it at once and never fails: for what has happened anyway. Kept in memory while the path is broken, to a bound. */
  record(entry: AuditEntry): void;
  /**
   * For a command, before it takes effect: resolves with the record's id when the path has it.
   * @throws EaioError DEPENDENCY_UNAVAILABLE when it can't be put on record: then it must not be done.
   */
  recordFirst(entry: AuditEntry): Promise<string>;
  /** `degraded` while the path is broken: commands are refused, reads go on. */
  health(): AuditHealth;
}

export const auditTopic = 'audit.recorded';
export const auditEventType = `eaio.${auditTopic}.v1`;
