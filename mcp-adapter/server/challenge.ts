import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../platform/identity/principal.ts';
import { missingScopes } from '../../platform/subgraph/scopes.ts';
import type { ServerDefinition } from './server-definition.ts';

/** What the MCP door says as an OAuth 2.1 resource server: RFC 9728's metadata, and challenges that point at it (RFC 6750). */

const wellKnown = '/.well-known/oauth-protected-resource';
export const metadataPaths = [wellKnown, `${wellKnown}/mcp`, `${wellKnown}/mcp/:domain`] as const;

/**
 * The resource's address as the client wrote it, which the metadata must repeat (RFC 9728, section 3.3). The Host header
 * has been checked before.
 */
const origin = ({ protocol, headers }: FastifyRequest): string =>
  `${protocol}://${headers.host ?? 'localhost'}`;

export function resourceMetadata(
  request: FastifyRequest,
  server: ServerDefinition,
  authorizationServers: readonly string[],
): object {
  const path = request.url.split('?', 1)[0]?.slice(wellKnown.length) || '/mcp';
  return {
    resource: `${origin(request)}${path}`,
    resource_name: server.title,
    ...(authorizationServers.length === 0 ? {} : { authorization_servers: authorizationServers }),
    scopes_supported: scopesOf(server, () => true),
    bearer_methods_supported: ['header'],
  };
}

/**
 * For whoever has no good token: where the metadata is, and the scopes to read with. Not those of an administrator's
 * questions: a client asks its user for all that a challenge names.
 */
export function challengeForToken(
  request: FastifyRequest,
  server: ServerDefinition | undefined,
  sent: boolean,
): string {
  const reading = (server ? scopesOf(server, (type) => type === 'query') : []).filter((scope) =>
    scope.endsWith(':read'),
  );
  return challenge(request, [
    ...(sent ? ['error="invalid_token"'] : []),
    ...(reading.length === 0 ? [] : [`scope="${reading.join(' ')}"`]),
  ]);
}

/** For whoever calls a tool that asks for more: the fewest scopes that would do. Null when nothing is missing. */
export function challengeForScopes(
  request: FastifyRequest,
  server: ServerDefinition,
  principal: Principal,
): { readonly header: string; readonly missing: readonly string[]; readonly tool: string } | null {
  const { method, params } = (request.body ?? {}) as {
    readonly method?: unknown;
    readonly params?: { readonly name?: unknown };
  };
  const tool = params?.name;
  if (method !== 'tools/call' || typeof tool !== 'string') return null;
  const operation = server.toolSet.tools.get(tool)?.operation;
  if (!operation || operation.requiredScopes.length === 0) return null;
  const [missing] = missingScopes(principal.scopes, operation.requiredScopes) ?? [];
  if (!missing) return null;
  const header = challenge(request, ['error="insufficient_scope"', `scope="${missing.join(' ')}"`]);
  return { header, missing, tool };
}

function challenge(request: FastifyRequest, words: readonly string[]): string {
  const path = request.url.split('?', 1)[0] ?? '/mcp';
  return `Bearer ${[`resource_metadata="${origin(request)}${wellKnown}${path}"`, ...words].join(', ')}`;
}

/** The first way in of each operation, together. */
const scopesOf = (server: ServerDefinition, wanted: (type: string) => boolean): readonly string[] =>
  [
    ...new Set(
      [...server.toolSet.tools.values()]
        .filter(({ operation }) => wanted(operation.type))
        .flatMap(({ operation }) => operation.requiredScopes[0] ?? []),
    ),
  ].toSorted();
