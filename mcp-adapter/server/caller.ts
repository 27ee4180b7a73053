import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { Origin } from '../../platform/audit/types.ts';
import type { Principal } from '../../platform/identity/principal.ts';

/** What the HTTP door knows of a request and the protocol does not. */
export interface RequestFacts {
  readonly principal: Principal;
  readonly origin?: Origin | undefined;
  /** The request's JSON-RPC method. */
  readonly method?: string | undefined;
  /** The `traceparent` header. */
  readonly traceparent?: string | undefined;
  /** Aborts when the caller cancels by a message of its own (older revision). */
  readonly cancelled?: AbortSignal | undefined;
}

/** Carries what the door knows through the SDK, which passes `authInfo` along untouched. */
export function authInfoOf(facts: RequestFacts, token: string): AuthInfo {
  const { subject, scopes } = facts.principal;
  return { token, clientId: subject, scopes: [...scopes], extra: { facts } };
}

/** What `authInfoOf` put in; the HTTP door lets no request through without it. */
export function factsOf(auth: AuthInfo | undefined): RequestFacts | undefined {
  return auth?.extra?.['facts'] as RequestFacts | undefined;
}

/** Who makes this request. Over stdio, where a process has one caller, that one. */
export function callerOf(ctx: ServerContext, own: Principal | undefined): Principal {
  const principal = factsOf(ctx.http?.authInfo)?.principal ?? own;
  if (!principal)
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'The request carries no verified caller.');
  return principal;
}

/** From where it comes; over stdio nowhere. */
export const originOf = (ctx: ServerContext): Origin | undefined => factsOf(ctx.http?.authInfo)?.origin;

/** Aborts when the caller hung up or cancelled. */
export function signalOf(ctx: ServerContext): AbortSignal {
  const cancelled = factsOf(ctx.http?.authInfo)?.cancelled;
  return cancelled ? AbortSignal.any([ctx.mcpReq.signal, cancelled]) : ctx.mcpReq.signal;
}

/** `_meta.traceparent` of the request, else the header's. */
export function traceparentOf(ctx: ServerContext): string | undefined {
  const value = (ctx.mcpReq._meta as Record<string, unknown> | undefined)?.['traceparent'];
  return typeof value === 'string' ? value : factsOf(ctx.http?.authInfo)?.traceparent;
}
