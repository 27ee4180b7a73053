import { GraphQLError, GraphQLSchema, parse } from 'graphql';
import { makeServer, type Server, type ServerOptions } from 'graphql-ws';
import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { TokenVerifier } from '../../../platform/identity/token-verifier.ts';
import { type GraphQLRequest, readBody } from '../../http/read-request.ts';
import type { Router } from '../../types.ts';
import type { Keeper } from '../keeper.ts';
import type { QueueBounds } from '../outlet.ts';
import { type ConnectionContext, type Extra, forbidden, tryAgainLater } from './connection.ts';
import { createOperation, type Operation } from './operation.ts';

export interface ProtocolOptions {
  readonly router: Router;
  readonly verifier: TokenVerifier;
  readonly keeper: Keeper;
  /** For `connection_init` to arrive, else 4408; default 5 s. */
  readonly initWaitMs?: number | undefined;
  /** Operations at once on one connection; default 100. */
  readonly maxOperations?: number | undefined;
  readonly bounds: QueueBounds;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

/** What graphql-ws wants to know of an operation before it asks us for it: that it is a subscription. */
const document = parse('subscription { events }');
const schema = new GraphQLSchema({});

/**
 * GraphQL over WebSocket (`graphql-transport-ws`) by graphql-ws' own server. Ours are: who may connect (a token in
 * `connection_init`'s `authorization` or the upgrade's header, else 4403), and what an operation is (`Operation`).
 */
export function createProtocol(options: ProtocolOptions): Server<Extra> {
  const { router, verifier, keeper, bounds, now, onFault, maxOperations = 100, initWaitMs = 5_000 } = options;

  async function admit(context: ConnectionContext): Promise<boolean> {
    const { connection } = context.extra;
    const token = tokenOf(context);
    if (token === undefined) {
      connection.close(forbidden, 'Send { "authorization": "Bearer <token>" } with connection_init');
      return false;
    }
    const verified = await verifier.verify(token);
    if (verified.ok) {
      keeper.vouch(verified.principal, token);
      connection.principal = verified.principal;
      return true;
    }
    const code = verified.code === 'DEPENDENCY_UNAVAILABLE' ? tryAgainLater : forbidden;
    connection.close(code, shortened(verified.reason));
    return false;
  }

  function open(context: ConnectionContext, id: string, payload: object): Operation {
    const { principal, origin } = context.extra.connection;
    if (!principal) throw new EaioError('UNAUTHENTICATED', 'Nobody has said who asks.');
    if (Object.keys(context.subscriptions).length > maxOperations) {
      throw new EaioError(
        'RATE_LIMITED',
        `A connection may have ${maxOperations} operations at once. Complete some, or open another.`,
      );
    }
    const { operation, variables, extensions }: GraphQLRequest = readBody(payload);
    const [after, traceparent] = [text(extensions?.['after']), text(extensions?.['traceparent'])];
    const request = { operation, variables, principal, origin, after, traceparent };
    return createOperation({ router, context, id, request, bounds, now, onFault });
  }

  const hooks: ServerOptions<Record<string, unknown>, Extra> = {
    connectionInitWaitTimeout: initWaitMs,
    // Persisted operations have no text, and graphql-ws wants one: the protocol's own recipe is an empty text.
    jsonMessageReviver: (key, value) =>
      key === 'payload' && namesPersisted(value) ? { query: '', ...value } : value,
    onConnect: admit,
    onSubscribe(context, id, payload) {
      try {
        return { schema, document, contextValue: open(context, id, payload) };
      } catch (error) {
        if (!(error instanceof EaioError)) throw error;
        return [new GraphQLError(error.message, { originalError: error })];
      }
    },
    subscribe: ({ contextValue }) => contextValue as Operation,
  };
  return makeServer(hooks);
}

function tokenOf(context: ConnectionContext): string | undefined {
  const { connectionParams = {}, extra } = context;
  // Nobody asks for them again, and ten thousand tokens need not be held.
  const held: { connectionParams?: unknown } = context;
  held.connectionParams = undefined;
  const header = extra.connection.takeAuthorization();
  const given = text(connectionParams['authorization']) ?? text(connectionParams['Authorization']) ?? header;
  const token = given?.replace(/^bearer\s+/i, '').trim();
  return token === '' ? undefined : token;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function namesPersisted(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || !('extensions' in value)) return false;
  const { extensions } = value;
  return typeof extensions === 'object' && extensions !== null && 'persistedQuery' in extensions;
}

/** A close reason may have 123 bytes (RFC 6455, section 5.5.1); a character that is cut is left out. */
function shortened(reason: string): string {
  return Buffer.from(reason)
    .subarray(0, 123)
    .toString()
    .replace(/\uFFFD+$/, '');
}
