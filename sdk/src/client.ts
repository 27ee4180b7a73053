import { createExecute } from './http.ts';
import type { AnyOperation, Operation, OperationTable } from './operation.ts';
import type { CallOptions, ClientOptions, LiveEvent, SubscribeOptions } from './options.ts';
import { createSubscribe } from './subscribe.ts';

type Arguments<Variables, Options> =
  Record<never, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];

export type Method<O> =
  O extends Operation<infer Kind, infer Data, infer Variables>
    ? Kind extends 'subscription'
      ? (...given: Arguments<Variables, SubscribeOptions>) => AsyncIterableIterator<LiveEvent<Data>>
      : (...given: Arguments<Variables, CallOptions>) => Promise<Data>
    : never;

/** `client.<domain>.<operation>(variables, options)`, typed by the operation. */
export type Client<Table extends OperationTable> = {
  readonly [Domain in keyof Table]: { readonly [Name in keyof Table[Domain]]: Method<Table[Domain][Name]> };
};

/** A client with a method for each operation of a table. */
export function createClientOf<Table extends OperationTable>(
  table: Table,
  options: ClientOptions,
): Client<Table> {
  const execute = createExecute(options);
  const subscribe = createSubscribe(options);
  const method = (operation: AnyOperation) =>
    operation.type === 'subscription'
      ? (variables: unknown, own?: SubscribeOptions) => subscribe(operation, variables, own)
      : (variables: unknown, own?: CallOptions) => execute(operation, variables, own);
  const domains = Object.entries(table).map(([domain, operations]) => [
    domain,
    Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, method(operation)])),
  ]);
  return Object.fromEntries(domains) as Client<Table>;
}
