import {
  type GetPromptResult,
  type ListPromptsResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import type { Principal } from '../../platform/identity/principal.ts';
import type { Completer, CompletionQuestion, CompletionValues } from '../resources/completer.ts';
import type { ServerDefinition } from '../server/server-definition.ts';
import { compareBuildings } from './compare-buildings.ts';
import { dailyOperatorBrief } from './daily-operator-brief.ts';
import { dataQualityCheck } from './data-quality-check.ts';
import { explainAnomaly } from './explain-anomaly.ts';
import { investigateHighUse } from './investigate-high-use.ts';
import { monthlyReport } from './monthly-report.ts';
import type { PromptDefinition } from './prompt.ts';

export const allPrompts: readonly PromptDefinition[] = [
  compareBuildings,
  dailyOperatorBrief,
  dataQualityCheck,
  explainAnomaly,
  investigateHighUse,
  monthlyReport,
];

/** The prompts of a server: those whose tools are all there, and may all be called by the caller. */
export interface Prompts {
  list(server: ServerDefinition, principal: Principal): ListPromptsResult;
  get(
    server: ServerDefinition,
    name: string,
    given: Readonly<Record<string, string>>,
    principal: Principal,
  ): GetPromptResult;
  complete(server: ServerDefinition, name: string, question: CompletionQuestion): Promise<CompletionValues>;
}

export function createPrompts(completer: Completer): Prompts {
  const offered = (server: ServerDefinition, principal: Principal) =>
    allPrompts.filter((prompt) => prompt.tools.every((tool) => server.toolSet.find(tool, principal)));

  const find = (server: ServerDefinition, name: string, principal: Principal) => {
    const own = offered(server, principal);
    const prompt = own.find((p) => p.name === name);
    if (prompt) return prompt;
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `There is no prompt ${name}. There are: ${own.map((p) => p.name).join(', ') || 'none'}.`,
    );
  };

  return {
    list: (server, principal) => ({
      prompts: offered(server, principal).map(({ name, title, description, arguments: args }) => ({
        name,
        title,
        description,
        arguments: args.map((argument) => ({ ...argument })),
      })),
    }),
    get(server, name, given, principal) {
      const prompt = find(server, name, principal);
      const known = new Set(prompt.arguments.map((a) => a.name));
      const faults = [
        ...prompt.arguments
          .filter((a) => a.required && !given[a.name])
          .map((a) => `${a.name} is required: ${a.description}`),
        ...Object.keys(given)
          .filter((a) => !known.has(a))
          .map((a) => `${a} is unknown. Known: ${[...known].join(', ')}.`),
      ];
      if (faults.length > 0)
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${name}: ${faults.join(' ')}`);
      return {
        description: prompt.description,
        messages: [{ role: 'user', content: { type: 'text', text: prompt.text(given) } }],
      };
    },
    complete: (server, name, question) => {
      find(server, name, question.principal);
      return completer.complete(question);
    },
  };
}
