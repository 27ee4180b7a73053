import { createHash } from 'node:crypto';
import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type OperationDefinitionNode,
  print,
  type VariableDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import type { ManifestEntry, ManifestVariable } from '../types.ts';
import { commentAbove } from './comments.ts';
import type { OperationFile } from './operation-file.ts';
import { stripToolDirectives } from './tool-directives.ts';

/** What the manifest says of an operation that was found faultless. */
export function manifestEntry(
  { domain, name }: OperationFile,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ManifestEntry {
  const body = print(stripToolDirectives(document));
  const tool = argumentsOf(operation.directives?.find((directive) => directive.name.value === 'tool'));
  return {
    id: createHash('sha256').update(body).digest('hex'),
    name,
    type: operation.operation,
    body,
    domain,
    description: commentAbove(operation) ?? '',
    title: String(tool['title']),
    keywords: Array.isArray(tool['keywords']) ? tool['keywords'].map(String) : [],
    responsePath: typeof tool['responsePath'] === 'string' ? tool['responsePath'] : null,
    resultBudget: typeof tool['resultBudget'] === 'number' ? tool['resultBudget'] : null,
    resource: typeof tool['resource'] === 'string' ? tool['resource'] : null,
    variables: Object.fromEntries(
      (operation.variableDefinitions ?? []).map((definition) => [
        definition.variable.name.value,
        manifestVariable(definition),
      ]),
    ),
  };
}

function manifestVariable(definition: VariableDefinitionNode): ManifestVariable {
  const directives: readonly ConstDirectiveNode[] = definition.directives ?? [];
  const claim = argumentsOf(directives.find(({ name }) => name.value === 'fromClaim'))['name'];
  return {
    description: commentAbove(definition),
    examples: directives
      .filter(({ name }) => name.value === 'example')
      .map((directive) => argumentsOf(directive)['value']),
    fromClaim: typeof claim === 'string' ? claim : null,
  };
}

function argumentsOf(directive: DirectiveNode | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (directive?.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}
