import { startChild } from '../ground/child.ts';
import type { Ground } from '../ground/ground.ts';
import type { System } from '../ground/system.ts';
import { internalToken } from './internal-token.ts';

/** Something else that answers, in a process of its own. */
export interface Reference extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** node:http that sends `body` to whoever asks. */
export async function openRawHttp(body: string): Promise<Reference> {
  const { child, first } = await startChild(new URL('./raw-http.ts', import.meta.url), { body });
  return {
    url: `http://127.0.0.1:${first}/`,
    pid: child.pid,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** Apollo Server and @apollo/gateway over the system's own subgraphs; it knows the operations of these names. */
export async function openApollo(
  ground: Ground,
  system: System,
  operationNames: readonly string[],
): Promise<Reference> {
  const { child, first } = await startChild(new URL('./apollo.ts', import.meta.url), {
    token: await internalToken(ground),
    subgraphs: Object.fromEntries(Object.entries(system.subgraphs).map(([name, { url }]) => [name, url])),
    operations: operationNames.map((name) => system.operation(name).body),
  });
  return { url: String(first), pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

/** Apollo Server whose gateway has the result at hand: what is left of it when a cache of results answers. */
export async function openApolloHolding(body: string, operation: string): Promise<Reference> {
  const { child, first } = await startChild(new URL('./apollo-holding.ts', import.meta.url), {
    body,
    operation,
  });
  return { url: String(first), pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}
