import type { System } from '../ground/system.ts';

/** The body of a POST that asks a persisted operation: the same for us and for Apollo Server. */
export function persistedBody(
  system: System,
  name: string,
  variables: Readonly<Record<string, unknown>>,
): string {
  const { id } = system.operation(name);
  return JSON.stringify({ variables, extensions: { persistedQuery: { version: 1, sha256Hash: id } } });
}

/** Asks once; the answer's text. @throws Error when it is not a good one: a bench must not measure refusals. */
export async function askOnce(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  const { errors }: { errors?: unknown } = JSON.parse(text);
  if (!response.ok || errors !== undefined)
    throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return text;
}
