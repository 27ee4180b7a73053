import { isEnumType } from 'graphql';
import type { Principal } from '../../platform/identity/principal.ts';
import type { Graph } from '../ports.ts';
import { valuesAt } from './values-at.ts';

export interface CompletionQuestion {
  readonly argument: string;
  /** What the person has typed so far. */
  readonly value: string;
  readonly principal: Principal;
  readonly signal?: AbortSignal | undefined;
}

export interface CompletionValues {
  readonly values: string[];
  readonly total?: number;
  readonly hasMore?: boolean;
}

/** Proposes values for arguments of prompts and variables of resource templates. */
export interface Completer {
  complete(question: CompletionQuestion): Promise<CompletionValues>;
}

/** Where the values of an argument come from: an operation that searches by words, or an enum of the schema. */
type CompletionSource =
  | {
      readonly operation: string;
      readonly variables: (text: string) => Readonly<Record<string, unknown>>;
      readonly values: readonly string[];
    }
  | { readonly enum: string };

const sources: Readonly<Record<string, CompletionSource>> = {
  buildingId: {
    operation: 'FindBuildings',
    variables: (text) => ({ filter: { text }, first: 20 }),
    values: ['buildings', 'nodes', 'id'],
  },
  siteId: {
    operation: 'FindSites',
    variables: (text) => ({ filter: { text }, first: 20 }),
    values: ['sites', 'nodes', 'id'],
  },
  meterId: {
    operation: 'FindMeters',
    variables: (text) => ({ filter: { text }, first: 20 }),
    values: ['meters', 'nodes', 'id'],
  },
  period: { enum: 'Period' },
  primaryUse: { enum: 'PrimaryUse' },
  type: { enum: 'MeterType' },
  meterTypes: { enum: 'MeterType' },
};

/** Completion within what the caller may see: it runs the same operations as everyone, with the caller's rights. */
export function createCompleter(graph: Graph): Completer {
  return {
    async complete({ argument, value, principal, signal }) {
      const source = sources[argument] ?? sources[argument.replace(/s$/, '')];
      if (!source) return { values: [] };
      if ('enum' in source) {
        const type = graph.schema().getType(source.enum);
        const names = isEnumType(type) ? type.getValues().map((v) => v.name) : [];
        const values = names.filter((name) => name.toLowerCase().startsWith(value.toLowerCase()));
        return { values, total: values.length, hasMore: false };
      }
      const operation = graph.operations().byName.get(source.operation);
      if (!operation) return { values: [] };
      const answer = await graph.execute({
        operation: { id: operation.id },
        variables: source.variables(value),
        principal,
        signal,
      });
      const body = JSON.parse(answer.body.toString('utf8')) as { data?: unknown };
      const values = valuesAt(body.data, source.values).filter((v): v is string => typeof v === 'string');
      const total = valuesAt(body.data, [...source.values.slice(0, 1), 'totalCount']).find(
        (v): v is number => typeof v === 'number',
      );
      return { values, ...(total === undefined ? {} : { total, hasMore: total > values.length }) };
    },
  };
}
