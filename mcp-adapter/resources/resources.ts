import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';
import type { Principal } from '../../platform/identity/principal.ts';
import type { Graph, Operation } from '../ports.ts';
import type { ServerDefinition } from '../server/server-definition.ts';
import { type ArgumentCheck, createArgumentCheck } from '../tools/arguments.ts';
import { inputSchema } from '../tools/input-schema.ts';
import type { JsonObjectSchema } from '../tools/json-schema.ts';
import { compactText } from './compact-text.ts';
import type { Completer, CompletionQuestion, CompletionValues } from './completer.ts';
import type { LiveResources } from './live.ts';
import type { ResourceTarget } from './target.ts';
import { argumentsFromUri } from './uri-arguments.ts';
import { liveTemplate, matchUri } from './uri-template.ts';

export interface ResourceReader {
  readonly principal: Principal;
  readonly signal: AbortSignal;
  readonly traceparent: string | undefined;
}

/**
 * Resources are operations seen as things. A query with a `resource` template is a compact context (text);
 * a subscription is its newest event (JSON), and can be listened to.
 */
export interface Resources {
  list(principal: Principal): ListResourcesResult;
  templates(server: ServerDefinition, principal: Principal): ListResourceTemplatesResult;
  /** Throws a protocol error that says what is wrong with the URI, or who may not read it. */
  resolve(server: ServerDefinition, uri: string, principal: Principal): ResourceTarget;
  read(server: ServerDefinition, uri: string, reader: ResourceReader): Promise<ReadResourceResult>;
  complete(
    server: ServerDefinition,
    template: string,
    question: CompletionQuestion,
  ): Promise<CompletionValues>;
}

interface OperationArguments {
  readonly schema: JsonObjectSchema;
  readonly check: ArgumentCheck;
}

export function createResources(options: {
  readonly graph: Graph;
  readonly live: LiveResources;
  readonly completer: Completer;
}): Resources {
  const { graph, live, completer } = options;

  const templatesOf = (server: ServerDefinition, principal: Principal) => [
    ...[...server.toolSet.tools.values()]
      .filter(
        (tool) => tool.operation.resource !== null && server.toolSet.find(tool.operation.name, principal),
      )
      .map(({ operation }) => ({ operation, template: operation.resource ?? '', mimeType: 'text/plain' })),
    ...server.subscriptions
      .filter((operation) => mayRead(operation, principal))
      .map((operation) => ({ operation, template: liveTemplate(operation), mimeType: 'application/json' })),
  ];

  // Schemas are compiled once: a reload brings new operations.
  const compiled = new WeakMap<Operation, OperationArguments>();
  const argumentsOf = (operation: Operation): OperationArguments => {
    const known = compiled.get(operation);
    if (known) return known;
    const schema = inputSchema(operation, graph.schema());
    const made = { schema, check: createArgumentCheck(schema) };
    compiled.set(operation, made);
    return made;
  };

  const resolve = (server: ServerDefinition, uri: string, principal: Principal): ResourceTarget => {
    for (const { operation, template } of templatesOf(server, principal)) {
      const texts = matchUri(template, uri);
      if (!texts) continue;
      const { schema, check } = argumentsOf(operation);
      const checked = check(argumentsFromUri(texts, schema));
      if (!checked.ok) {
        const faults = checked.faults.map((fault) => `${fault.path}: ${fault.message}`).join(' ');
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          `${uri} does not fit ${template}. ${faults}`,
        );
      }
      return {
        uri,
        operation,
        request: { operation: { id: operation.id }, variables: checked.variables, principal },
      };
    }
    throw new ResourceNotFoundError(uri);
  };

  return {
    resolve,
    // Buildings and sites are many: they are found by completion on the templates, or by tools.
    list: () => ({ resources: [] }),
    templates: (server, principal) => ({
      resourceTemplates: templatesOf(server, principal).map(({ operation, template, mimeType }) => ({
        name: operation.name,
        title: operation.title,
        description: operation.description,
        uriTemplate: template,
        mimeType,
      })),
    }),
    async read(server, uri, { principal, signal, traceparent }) {
      const target = resolve(server, uri, principal);
      const request = { ...target.request, signal, traceparent };
      if (target.operation.type === 'subscription') {
        const { value, meta } = await live.latest({ ...target, request });
        return {
          contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(value), _meta: meta }],
        };
      }
      const answer = await graph.execute(request);
      const body = JSON.parse(answer.body.toString('utf8')) as {
        data?: Record<string, unknown> | null;
        errors?: readonly { message: string }[];
      };
      const subject = target.operation.responsePath?.split('.')[0];
      if (!body.data || (subject && body.data[subject] === null)) {
        if (body.errors)
          throw new ProtocolError(
            ProtocolErrorCode.InternalError,
            body.errors.map((e) => e.message).join(' '),
          );
        throw new ResourceNotFoundError(uri);
      }
      const missing = (body.errors ?? []).map((e) => `missing: ${e.message}`);
      return {
        contents: [{ uri, mimeType: 'text/plain', text: [compactText(body.data), ...missing].join('\n') }],
      };
    },
    complete: (_server, _template, question) => completer.complete(question),
  };
}

function mayRead(operation: Operation, principal: Principal): boolean {
  const scopes: ReadonlySet<string> = principal.scopes;
  return (
    operation.requiredScopes.length === 0 ||
    operation.requiredScopes.some((all) => all.every((scope) => scopes.has(scope)))
  );
}
