/** What an operation takes and gives; the types are carried, the values are three words. */
export interface Operation<Kind extends OperationKind, Data, Variables> {
  /** SHA-256 of the operation's text: what is sent in its place. */
  readonly id: string;
  readonly name: string;
  readonly type: Kind;
  /** Never there: carries the types. */
  readonly shape?: (variables: Variables) => Data;
}

export type OperationKind = 'query' | 'mutation' | 'subscription';
export type AnyOperation = Operation<OperationKind, unknown, never>;
export type OperationTable = Readonly<Record<string, Readonly<Record<string, AnyOperation>>>>;
