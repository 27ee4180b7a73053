import type { Server } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, GraphQLSchema, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { EaioError } from '../../errors/eaio-error.ts';
import type { Principal } from '../../identity/principal.ts';
import type { TokenVerifier } from '../../identity/token-verifier.ts';
import type { Subgraph } from '../types.ts';
import { routersCaller } from './caller.ts';
import { readWireRequest } from './request.ts';

/** What a connection remembers beside its socket. */
type Extra = { principal: Principal };

/**
 * The graphql-transport-ws side of a subgraph's door, for subscriptions. The connection says who it is by
 * `connectionParams.authorization` (else it is closed with 4401), and each subscription may say for whom it is by
 * `extensions.authorization`: the router needs one connection, not one for each caller. What can't begin gets an
 * `error` message, what goes wrong later is in a `next`.
 *
 * @returns closes every socket with 1001 (the other side resumes elsewhere) and resolves when all are gone.
 */
export function serveWebSocket(options: {
  readonly server: Server;
  readonly path: string;
  readonly subgraph: Subgraph;
  readonly verifier: TokenVerifier;
  readonly maxMessageBytes: number;
  /** Sockets that do not answer the close within this time are cut. */
  readonly closeGraceMs: number;
}): () => Promise<void> {
  const { server, path, subgraph, verifier, maxMessageBytes, closeGraceMs } = options;
  const sockets = new WebSocketServer({ server, path, maxPayload: maxMessageBytes });

  const door = useServer<Record<string, unknown>, Extra>(
    {
      async onConnect({ connectionParams, extra }) {
        try {
          extra.principal = await routersCaller(verifier, connectionParams?.['authorization']);
          return true;
        } catch (error) {
          extra.socket.close(4401, reasonOf(error));
          return false;
        }
      },
      async onSubscribe({ extra }, _id, payload) {
        try {
          const { authorization, ...wire } = readWireRequest(payload);
          const principal =
            authorization === undefined
              ? unexpired(extra.principal)
              : await routersCaller(verifier, authorization);
          const opened = await subgraph.subscribe({ ...wire, principal });
          return Symbol.asyncIterator in opened
            ? carrying(opened as AsyncIterable<ExecutionResult>)
            : (opened.errors ?? []);
        } catch (error) {
          const { message, extensions } = error instanceof EaioError ? error : unexpected;
          return [new GraphQLError(message, { extensions })];
        }
      },
      subscribe: (args) => (args as Carrier).contextValue,
    },
    sockets,
  );

  return async () => {
    const cut = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
    }, closeGraceMs);
    await door.dispose();
    clearTimeout(cut);
  };
}

/** graphql-ws asks for an operation and a schema to run it on; ours are a carrier of the stream that is already open. */
interface Carrier extends ExecutionArgs {
  readonly contextValue: AsyncIterable<ExecutionResult>;
}
const schema = new GraphQLSchema({});
const document = parse('subscription { stream }');
const carrying = (contextValue: Carrier['contextValue']): Carrier => ({ schema, document, contextValue });

/** A connection outlives the token that opened it; what is begun on it may not. */
function unexpired(principal: Principal | undefined): Principal {
  if (principal !== undefined && principal.expiresAtMs > Date.now()) return principal;
  throw new EaioError(
    'UNAUTHENTICATED',
    "The connection's token has expired: send a fresh one as `extensions.authorization` of the operation.",
  );
}

const unexpected = new EaioError('INTERNAL_SERVER_ERROR', 'The subscription could not be opened.');

/** A close frame holds 123 bytes of reason. */
const reasonOf = (error: unknown): string =>
  error instanceof EaioError ? error.message.slice(0, 100) : 'Unauthorized';
