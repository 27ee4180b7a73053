import { serverAudits } from 'graphql-http';
import { openLibraryEdge } from './ground.ts';

// Proves: edge.http
test("graphql-http's server audits are all ok", async () => {
  await using edge = await openLibraryEdge();
  const authorization = await edge.identity.bearerFor('admin');
  const fetchFn = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...init.headers, authorization } });
  const results = [];
  for (const audit of serverAudits({ url: `${edge.url}/graphql`, fetchFn })) results.push(await audit.fn());
  expect(
    results.filter(({ status }) => status !== 'ok').map((result) => [result.id, result.name, result.status]),
  ).toEqual([]);
  expect(results.length).toBe(61);
});
