import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { OperatorError } from '../platform/errors/operator-error.ts';

const serverConfig = z.strictObject({
  /** A server that is not enabled answers 404. */
  enabled: z.boolean().default(true),
  title: z.string().optional(),
  description: z.string().optional(),
  /** What a model should know before it calls anything. */
  instructions: z.string().optional(),
  /** Names of operations, `*` for any part: only these, when given. */
  include: z.array(z.string()).optional(),
  /** Names of operations that are left out. */
  exclude: z.array(z.string()).default([]),
  results: z.enum(['both', 'text', 'structured']).default('both'),
  /** Most tokens of one result, when its operation says nothing. */
  resultBudget: z.number().int().min(200).max(100_000).default(8_000),
  /** Seconds for which a client may keep tools/list and the other lists. */
  listTtlSeconds: z.number().int().min(0).max(86_400).default(300),
});

const mcpConfig = z.strictObject({
  $schema: z.string().optional(),
  /** What holds for every server that says nothing else. */
  defaults: serverConfig.partial().default({}),
  /** By domain; `eaio` is the server of all domains. */
  servers: z.record(z.string(), serverConfig.partial()).default({}),
});

export type McpServerConfig = z.output<typeof serverConfig>;

export interface McpConfig {
  serverOf(domain: string): McpServerConfig;
}

/** Reads `servers.json`; all faults are reported together. */
export function loadMcpConfig(file: string | URL = new URL('./servers.json', import.meta.url)): McpConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new OperatorError(
      `The MCP servers' configuration ${String(file)} can't be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  return parseMcpConfig(text, String(file));
}

export function parseMcpConfig(text: string, name: string): McpConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new OperatorError(
      `${name} is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const parsed = mcpConfig.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    );
    throw new OperatorError(`${name} is not as it should be. ${faults.join('; ')}.`);
  }
  const { defaults, servers } = parsed.data;
  return {
    serverOf: (domain) =>
      serverConfig.parse({ ...withoutUndefined(defaults), ...withoutUndefined(servers[domain] ?? {}) }),
  };
}

function withoutUndefined(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
}
