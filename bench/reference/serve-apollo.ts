import { createHash } from 'node:crypto';
import type { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

/** Listens, takes the operations in as automatic persisted queries, and tells the parent the address. Ends with the parent. */
export async function serveApollo(server: ApolloServer, operations: readonly string[]): Promise<void> {
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  for (const query of operations) {
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // The variables that it needs are missing: it is registered all the same.
      body: JSON.stringify({ query, extensions }),
    });
    await response.text();
  }
  process.send?.(url);
  process.on('disconnect', () => process.exit());
  process.on('SIGTERM', () => process.exit());
}
