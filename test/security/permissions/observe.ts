import { readFile } from 'node:fs/promises';
import { buildSchema } from 'graphql';
import { type Role, roles } from '../../../platform/identity/roles.ts';
import type { TestSystem } from '../../kit/edge.ts';
import { connectOlder } from '../../mcp/clients.ts';
import { knownIds } from '../../mcp/world.ts';
import { type FieldQuestion, fieldQuestions } from './questions.ts';
import type { Row, Sight } from './table.ts';

/** What the matrix's own system needs: every role may send texts of its own, many at once. */
export const openToAll = {
  EAIO_SAFELIST: 'off',
  EAIO_MAX_BATCH: '1000',
  EAIO_MAX_COST: '10000000',
  EAIO_MAX_DEPTH: '40',
  // On a busy machine an answer that is late says nothing of permission.
  EAIO_REQUEST_TIMEOUT_S: '120',
};

const batchSize = 8;
const nobody = { buildings: ['no-such-building'] };

/** Who may do what, as it shows at the wire. */
export async function observe(system: TestSystem): Promise<readonly Row[]> {
  const schema = buildSchema(await readFile(new URL('../../../schema/api.graphql', import.meta.url), 'utf8'));
  const questions = fieldQuestions(schema, knownIds(system));
  const rows = [
    ...(await observeFields(system, questions)),
    ...(await observeMcp(system)),
    ...(await observeRoutes(system)),
  ];
  return rows;
}

async function observeFields(
  system: TestSystem,
  questions: readonly FieldQuestion[],
): Promise<readonly Row[]> {
  const granted = await answersByRole(system, questions, {});
  const apart = await answersByRole(system, questions, nobody);
  return questions.map(({ coordinate, kind }, index) => ({
    kind: kind === 'query' ? 'field' : kind,
    name: coordinate,
    allowed: roles.filter((role) => granted.get(role)?.[index] !== 'refused'),
    granted: kind === 'query' ? common(roles.map((role) => granted.get(role)?.[index])) : '',
    apart: kind === 'query' ? common(roles.map((role) => apart.get(role)?.[index])) : '',
  }));
}

async function answersByRole(
  system: TestSystem,
  questions: readonly FieldQuestion[],
  request: { readonly buildings?: readonly string[] },
): Promise<ReadonlyMap<Role, readonly Sight[]>> {
  const all = new Map<Role, readonly Sight[]>();
  for (const role of roles) {
    // What changes something is asked only in the name of someone who may change nothing.
    const [token, harmless] = [await system.tokenFor(role, request), await system.tokenFor(role, nobody)];
    const seen: Sight[] = [];
    for (let from = 0; from < questions.length; from += batchSize) {
      const some = questions.slice(from, from + batchSize);
      const isQuery = some.map(({ kind }) => kind === 'query');
      const [ofQueries, ofOthers] = [
        await ask(
          system,
          token,
          some.filter((_, i) => isQuery[i]),
        ),
        await ask(
          system,
          harmless,
          some.filter((_, i) => !isQuery[i]),
        ),
      ];
      let [q, o] = [0, 0];
      for (const one of isQuery) seen.push((one ? ofQueries[q++] : ofOthers[o++]) ?? 'nothing');
    }
    all.set(role, seen);
  }
  return all;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly missingScopes?: unknown };
  }[];
}

async function ask(
  { url }: TestSystem,
  token: string,
  questions: readonly FieldQuestion[],
): Promise<readonly Sight[]> {
  if (questions.length === 0) return [];
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(questions.map(({ query }) => ({ query }))),
  });
  const answers = (await response.json()) as readonly Answer[];
  if (!Array.isArray(answers)) throw new Error(`The batch was refused: ${JSON.stringify(answers)}`);
  return questions.map((question, index) => judge(question, answers[index] ?? {}));
}

/** Errors that are an answer to who may; any other would be taken for one. */
const answering: ReadonlySet<unknown> = new Set(['FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT', 'BAD_REQUEST']);

function judge({ coordinate, query, path }: FieldQuestion, { data, errors = [] }: Answer): Sight {
  const codes = errors.map(({ extensions }) => extensions?.code);
  const broken = codes.findIndex((code) => !answering.has(code));
  if (broken >= 0)
    throw new Error(
      `${coordinate} could not be asked for: ${codes[broken]}: ${errors[broken]?.message}\n${query}\nGive its arguments a value in test/security/permissions/questions.ts.`,
    );
  if (errors.some(({ extensions }) => extensions?.code === 'FORBIDDEN' && extensions.missingScopes))
    return 'refused';
  return isThere(data, path) ? 'seen' : 'nothing';
}

/** Whether the answer holds anything there; a count of nothing is nothing. */
function isThere(value: unknown, path: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((one) => isThere(one, path));
  if (value === null || value === undefined) return false;
  const [name, ...rest] = path;
  if (name === undefined) return value !== 0 && value !== false;
  return typeof value === 'object' && isThere((value as Record<string, unknown>)[name], rest);
}

/** What all that are not refused see. */
function common(sights: readonly (Sight | undefined)[]): string {
  return [...new Set(sights.filter((one) => one !== undefined && one !== 'refused'))].toSorted().join('/');
}

async function observeMcp(system: TestSystem): Promise<readonly Row[]> {
  const listed = new Map<string, Set<Role>>();
  const counts = new Map<Role, readonly [number, number]>();
  const note = (name: string, role: Role) => listed.set(name, (listed.get(name) ?? new Set()).add(role));
  for (const role of roles) {
    await using client = await connectOlder({ url: system.url, token: await system.tokenFor(role) });
    for (const { name } of (await client.listTools()).tools) note(`tool ${name}`, role);
    for (const { uriTemplate } of (await client.listResourceTemplates()).resourceTemplates)
      note(`resource ${uriTemplate}`, role);
    for (const { name } of (await client.listPrompts()).prompts) note(`prompt ${name}`, role);
    await using other = await connectOlder({ url: system.url, token: await system.tokenFor(role, nobody) });
    counts.set(role, [
      (await client.listResources()).resources.length,
      (await other.listResources()).resources.length,
    ]);
  }
  const sight = (which: 0 | 1) =>
    common([...counts.values()].map((pair) => (pair[which] > 0 ? 'seen' : 'nothing')));
  return [
    ...[...listed].map(([name, who]): Row => {
      const [kind = '', ...rest] = name.split(' ');
      return {
        kind,
        name: rest.join(' '),
        allowed: roles.filter((role) => who.has(role)),
        granted: '',
        apart: '',
      };
    }),
    { kind: 'mcp', name: 'resources/list', allowed: [...roles], granted: sight(0), apart: sight(1) },
  ];
}

const text = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
const typename = JSON.stringify({ query: '{ __typename }' });
/** Every route of the edge, with a request that is well formed. */
const routes: readonly (readonly [string, RequestInit])[] = [
  ['GET /', { redirect: 'manual' }],
  ['GET /health/live', {}],
  ['GET /health/ready', {}],
  ['GET /metrics', { headers: { 'x-forwarded-for': '192.0.2.1' } }],
  ['GET /graphql?query=%7B__typename%7D', { headers: { accept: 'application/json' } }],
  ['POST /graphql', { method: 'POST', headers: text, body: typename }],
  ['POST /graphql/stream', { method: 'POST', headers: { ...text, accept: '*/*' }, body: typename }],
  ['POST /ingest/v1/readings', { method: 'POST', headers: text, body: '[]' }],
  ['POST /mcp', { method: 'POST', headers: text, body: ping }],
  ['POST /mcp/energy', { method: 'POST', headers: text, body: ping }],
  ['GET /mcp/servers', {}],
  ['GET /.well-known/oauth-protected-resource', {}],
];

async function observeRoutes({ url, tokenFor }: TestSystem): Promise<readonly Row[]> {
  const status = async (address: string, init: RequestInit, token?: string): Promise<number> => {
    const headers = { ...init.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    const response = await fetch(`${url}${address.split(' ')[1]}`, { ...init, headers });
    await response.body?.cancel();
    return response.status;
  };
  return await Promise.all(
    routes.map(async ([name, init]): Promise<Row> => {
      const isPublic = ![401, 403].includes(await status(name, init));
      const allowed: Role[] = [];
      for (const role of roles)
        if (![401, 403].includes(await status(name, init, await tokenFor(role)))) allowed.push(role);
      return { kind: 'route', name, allowed, granted: isPublic ? 'public' : 'token', apart: '' };
    }),
  );
}
