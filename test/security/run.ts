/** `npm run security`: attacks on a system of its own, and how many were tried and let through. Fails when any was. */
import { createTestSystem } from '../kit/edge.ts';
import { startTestServers, stopTestServers } from '../kit/servers.ts';
import { suites } from './suites.ts';

const wanted = process.argv.slice(2);
const chosen = suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const row = (name: string, tried: string, through: string, about: string): void =>
  console.log(`${name.padEnd(20)}${tried.padStart(10)}${through.padStart(14)}  ${about}`);

await startTestServers();
try {
  row('', 'tried', 'let through', '');
  for (const { name, about, run } of chosen) {
    await using system = await createTestSystem({ months: 1 });
    const { tried, letThrough } = await run(system);
    row(name, String(tried), String(letThrough.length), about);
    for (const one of letThrough) console.log(`  LET THROUGH: ${one}`);
    if (letThrough.length > 0 || tried === 0) process.exitCode = 1;
  }
} finally {
  await stopTestServers();
}
