import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { Principal } from '../../platform/identity/principal.ts';

/** Carries the verified principal through the SDK, which passes `authInfo` along untouched. */
export function authInfoOf(principal: Principal, token: string): AuthInfo {
  return { token, clientId: principal.subject, scopes: [...principal.scopes], extra: { principal } };
}

/** The principal that `authInfoOf` put in; the HTTP door lets no request through without one. */
export function principalOf(auth: AuthInfo | undefined): Principal | undefined {
  return auth?.extra?.['principal'] as Principal | undefined;
}

/** Who makes this request. Over stdio, where a process has one caller, that one. */
export function callerOf(ctx: ServerContext, own: Principal | undefined): Principal {
  const principal = principalOf(ctx.http?.authInfo) ?? own;
  if (!principal)
    throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'The request carries no verified caller.');
  return principal;
}

/** `_meta.traceparent` of the request, when the client sent one. */
export function traceparentOf(ctx: ServerContext): string | undefined {
  const value = (ctx.mcpReq._meta as Record<string, unknown> | undefined)?.['traceparent'];
  return typeof value === 'string' ? value : undefined;
}
