import type { GraphQLError, GraphQLResolveInfo } from 'graphql';
import { messageField, numberField, textField } from './protobuf.ts';

/** How long each field of one answer took, as a router by Apollo understands it (`extensions.ftv1`). */
export interface FederatedTrace {
  /** A field's resolver begins; call the result when it has ended. */
  begin(info: Pick<GraphQLResolveInfo, 'path' | 'returnType' | 'parentType' | 'fieldName'>): () => void;
  /** The trace so far, errors at their fields: Apollo's protobuf message `Trace` in base64. */
  encode(errors: readonly GraphQLError[]): string;
}

type Path = GraphQLResolveInfo['path'];

interface Node {
  readonly children: Map<string | number, Node>;
  readonly errors: string[];
  facts?: {
    readonly fieldName: string;
    readonly type: string;
    readonly parentType: string;
    readonly startNs: number;
  };
  endNs: number;
}

const createNode = (): Node => ({ children: new Map(), errors: [], endNs: 0 });

/** @param now monotonic nanoseconds; @param clock Unix milliseconds. */
export function createFederatedTrace({
  now = () => Math.round(performance.now() * 1e6),
  clock = Date.now,
}: {
  readonly now?: () => number;
  readonly clock?: () => number;
} = {}): FederatedTrace {
  const root = createNode();
  const startNs = now();
  const startMs = clock();

  const childOf = (parent: Node, key: string | number): Node => {
    const known = parent.children.get(key) ?? createNode();
    parent.children.set(key, known);
    return known;
  };
  const nodeAt = (path: Path | undefined): Node =>
    path === undefined ? root : childOf(nodeAt(path.prev), path.key);

  return {
    begin({ path, returnType, parentType, fieldName }) {
      const node = nodeAt(path);
      const type = String(returnType);
      node.facts = { fieldName, type, parentType: parentType.name, startNs: now() - startNs };
      return () => {
        node.endNs = now() - startNs;
      };
    },
    encode(errors) {
      for (const { path = [], message } of errors) path.reduce(childOf, root).errors.push(message);
      const durationNs = now() - startNs;
      const parts = [
        messageField(3, timestamp(clock())),
        messageField(4, timestamp(startMs)),
        numberField(11, durationNs),
        messageField(14, encodeNode(root, undefined)),
      ];
      return Buffer.concat(parts.flat()).toString('base64');
    },
  };
}

/** Numbers are those of `Trace.Node` in Apollo's reports.proto. */
function encodeNode(
  { children, errors, facts, endNs }: Node,
  key: string | number | undefined,
): readonly Buffer[] {
  return [
    ...(typeof key === 'string' ? textField(1, key) : []),
    ...(typeof key === 'number' ? numberField(2, key) : []),
    ...(facts === undefined
      ? []
      : [
          ...textField(3, facts.type),
          ...numberField(8, facts.startNs),
          ...numberField(9, endNs),
          ...textField(13, facts.parentType),
          ...(facts.fieldName === key ? [] : textField(14, facts.fieldName)),
        ]),
    ...errors.flatMap((message) => messageField(11, textField(1, message))),
    ...[...children].flatMap(([childKey, child]) => messageField(12, encodeNode(child, childKey))),
  ];
}

/** google.protobuf.Timestamp */
const timestamp = (ms: number): readonly Buffer[] => [
  ...numberField(1, Math.floor(ms / 1_000)),
  ...numberField(2, (ms % 1_000) * 1_000_000),
];
