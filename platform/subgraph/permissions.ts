import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  valueFromASTUntyped,
} from 'graphql';
import { scopes as knownScopes } from '../identity/roles.ts';
import { both, type Dnf } from './scopes.ts';

/** What the SDL says of who may read each field, and everything in which it says it badly. */
export interface Permissions {
  /** Scopes that a field needs, by type and field. Fields that are public, or keys of another subgraph's entity, are absent. */
  readonly required: ReadonlyMap<string, ReadonlyMap<string, Dnf>>;
  readonly faults: readonly string[];
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/**
 * Reads `@requiresScopes` and `@public` of every object type's fields. A type's statement counts for all of its fields;
 * scopes of the type and of the field must both hold. A field that is said to be neither is a fault: nothing is open by neglect.
 * Exempt are the fields of an entity stub (`extend type T @key` or `resolvable: false`) that only name another
 * subgraph's entity: its keys and whatever is `@external`.
 */
export function readPermissions(document: DocumentNode): Permissions {
  const faults: string[] = [];
  const required = new Map<string, Map<string, Dnf>>();
  const statements = new Map<string, Statement>();
  const objects = document.definitions.filter(isObject);

  for (const node of document.definitions) {
    if (isScopedElsewhere(node)) {
      faults.push(
        `${at(node)}@requiresScopes on ${node.name.value}: only object types and their fields are guarded. Say it on the fields that return it.`,
      );
    }
  }
  for (const node of objects) {
    const earlier = statements.get(node.name.value);
    const own = readStatement(node, node.name.value, faults);
    statements.set(node.name.value, {
      scopes: both(earlier?.scopes, own.scopes),
      isPublic: (earlier?.isPublic ?? false) || own.isPublic,
    });
  }
  for (const node of objects) {
    const type = node.name.value;
    const ofType = statements.get(type) ?? nothingSaid;
    const exempt = stubFields(node);
    for (const field of node.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      const ofField = readStatement(field, coordinate, faults);
      if (ofField.isPublic && ofType.scopes !== undefined) {
        faults.push(
          `${at(field)}${coordinate} says @public, but its type ${type} needs scopes, and both hold: take one of them away.`,
        );
      }
      const needed = both(ofType.scopes, ofField.scopes);
      if (needed !== undefined) {
        const fields = required.get(type) ?? new Map<string, Dnf>();
        required.set(type, fields.set(field.name.value, needed));
      } else if (!ofField.isPublic && !ofType.isPublic && !exempt.has(field.name.value)) {
        faults.push(
          `${at(field)}${coordinate} says neither who may read it nor why everyone may: add @requiresScopes(scopes: [["<domain>:<verb>"]]) or @public(reason: "…") to it or to type ${type}.`,
        );
      }
    }
  }
  return { required, faults };
}

interface Statement {
  readonly scopes: Dnf | undefined;
  readonly isPublic: boolean;
}
const nothingSaid: Statement = { scopes: undefined, isPublic: false };

function readStatement(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  coordinate: string,
  faults: string[],
): Statement {
  const requires = directive(node, 'requiresScopes');
  const open = directive(node, 'public');
  if (requires !== undefined && open !== undefined) {
    faults.push(`${at(requires)}${coordinate} says both @requiresScopes and @public: take one of them away.`);
  }
  if (open !== undefined && String(argument(open, 'reason') ?? '').trim() === '') {
    faults.push(`${at(open)}@public on ${coordinate} gives no reason: say why everyone may read it.`);
  }
  return {
    scopes: requires === undefined ? undefined : readScopes(requires, coordinate, faults),
    isPublic: open !== undefined,
  };
}

function readScopes(node: ConstDirectiveNode, coordinate: string, faults: string[]): Dnf {
  const value = argument(node, 'scopes');
  const alternatives = (Array.isArray(value) ? value : [value]).map((one: unknown) =>
    (Array.isArray(one) ? one : [one]).map(String),
  );
  for (const scope of new Set(alternatives.flat())) {
    if (!(knownScopes as readonly string[]).includes(scope)) {
      faults.push(
        `${at(node)}${coordinate} asks for the scope "${scope}", which no role can have: the scopes are listed in platform/identity/roles.ts.`,
      );
    }
  }
  if (alternatives.length === 0) {
    faults.push(
      `${at(node)}${coordinate} lists no scopes, so that nobody could read it: name one, or say @public.`,
    );
  }
  return alternatives;
}

/** Fields that only name an entity of another subgraph. */
function stubFields(node: ObjectNode): ReadonlySet<string> {
  const keys = (node.directives ?? []).filter((one) => one.name.value === 'key');
  const isStub =
    (node.kind === Kind.OBJECT_TYPE_EXTENSION && keys.length > 0) ||
    keys.some((key) => argument(key, 'resolvable') === false);
  const ofKeys = isStub ? keys.flatMap((key) => topLevelNames(String(argument(key, 'fields') ?? ''))) : [];
  const external = (node.fields ?? []).filter((field) => directive(field, 'external') !== undefined);
  return new Set([...ofKeys, ...external.map((field) => field.name.value)]);
}

/** `id org { id }` -> id, org. */
function topLevelNames(fieldSet: string): readonly string[] {
  let flat = fieldSet;
  for (let before = ''; before !== flat; ) {
    before = flat;
    flat = flat.replace(/\{[^{}]*\}/g, ' ');
  }
  return flat.split(/[\s,]+/).filter((name) => name !== '');
}

const isObject = (node: DocumentNode['definitions'][number]): node is ObjectNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;

type ScopedElsewhere = Exclude<DocumentNode['definitions'][number], ObjectNode> & {
  readonly name: { readonly value: string };
};
const isScopedElsewhere = (node: DocumentNode['definitions'][number]): node is ScopedElsewhere =>
  !isObject(node) &&
  'directives' in node &&
  'name' in node &&
  (node.directives ?? []).some((one) => one.name.value === 'requiresScopes');

const directive = (
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): ConstDirectiveNode | undefined => node.directives?.find((one) => one.name.value === name);

const argument = (node: ConstDirectiveNode, name: string): unknown => {
  const found = node.arguments?.find((one) => one.name.value === name);
  return found === undefined ? undefined : valueFromASTUntyped(found.value);
};

const at = (node: Pick<FieldDefinitionNode, 'loc'>): string =>
  node.loc === undefined ? '' : `line ${node.loc.startToken.line}: `;
