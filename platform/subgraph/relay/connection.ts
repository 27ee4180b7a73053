import type { Page } from './page.ts';

export interface Edge<Node> {
  readonly node: Node;
  readonly cursor: string;
}

/** A Relay connection, without what a list adds to it (`totalCount`). */
export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/**
 * A connection from the rows of one page.
 * @param rows up to `page.first + 1` rows behind `page.after`, in order: the one too many tells that there is a next page.
 */
export function toConnection<Row, Node = Row>(options: {
  readonly rows: readonly Row[];
  readonly page: Page;
  readonly cursorOf: (row: Row) => string;
  readonly nodeOf: (row: Row) => Node;
}): Connection<Node> {
  const { rows, page, cursorOf, nodeOf } = options;
  const edges = rows.slice(0, page.first).map((row) => ({ node: nodeOf(row), cursor: cursorOf(row) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
