import { startTestServers } from './servers.ts';

/** Jest runs this once, before all workers, which get the addresses by their environment. */
export default async function globalSetup(): Promise<void> {
  await startTestServers();
}
