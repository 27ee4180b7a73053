import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Shape } from './shape.ts';

/** What one ad-hoc operation may ask for. */
export interface OperationLimits {
  /** Lexical tokens of the text: bounds the work of parsing. */
  readonly maxTokens: number;
  /** Fields below one another. */
  readonly maxDepth: number;
  /** Fields in all, fragments counted wherever they are spread. */
  readonly maxFields: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
  /** By `costOf`, with the request's variables. */
  readonly maxCost: number;
}

export const defaultLimits: OperationLimits = {
  maxTokens: 3_000,
  maxDepth: 12,
  maxFields: 500,
  maxAliases: 30,
  maxDirectives: 30,
  maxCost: 10_000,
};

/** OPERATION_TOO_COMPLEX with every limit that is passed, or null. */
export function refuseShape(
  { depth, fields, aliases, directives }: Shape,
  { maxDepth, maxFields, maxAliases, maxDirectives }: OperationLimits,
): EaioError | null {
  const over = [
    ...(depth > maxDepth ? [`it is ${depth} fields deep, ${maxDepth} are allowed`] : []),
    ...(fields > maxFields ? [`it has ${fields} fields, ${maxFields} are allowed`] : []),
    ...(aliases > maxAliases ? [`it has ${aliases} aliases, ${maxAliases} are allowed`] : []),
    ...(directives > maxDirectives ? [`it has ${directives} directives, ${maxDirectives} are allowed`] : []),
  ];
  if (over.length === 0) return null;
  return tooComplex(`The operation is too big: ${over.join('; ')}. Ask for less, or in parts.`, {
    depth,
    fields,
    aliases,
    directives,
    maxDepth,
    maxFields,
    maxAliases,
    maxDirectives,
  });
}

export function refuseCost(cost: number, { maxCost }: OperationLimits): EaioError | null {
  if (cost <= maxCost) return null;
  return tooComplex(
    `The operation costs ${Math.round(cost)}, ${maxCost} is allowed. Ask for shorter lists (\`first\`), or in parts.`,
    { cost, maxCost },
  );
}

export function tooComplex(message: string, details: Readonly<Record<string, unknown>>): EaioError {
  return new EaioError('OPERATION_TOO_COMPLEX', message, { details });
}
