/** `npm run audit:packages`: what the registry knows of faults in what production installs. Says so when it gives no report. */
import { spawnSync } from 'node:child_process';

const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
let report;
try {
  report = JSON.parse(stdout);
} catch {
  report = undefined;
}
const found = report?.metadata?.vulnerabilities;
if (found === undefined) {
  const why = report?.message ?? report?.error?.summary ?? stderr.trim().split('\n')[0] ?? 'no answer';
  console.log(
    `This registry gives no report of known faults (${why}). Ask one that does: npm audit --omit=dev --registry <address>.`,
  );
} else {
  for (const { name, severity, range, via } of Object.values(report.vulnerabilities))
    console.log(`${severity.padEnd(9)} ${name} ${range}: ${via.map((one) => one.title ?? one).join('; ')}`);
  console.log(`critical ${found.critical}, high ${found.high}, moderate ${found.moderate}, low ${found.low}`);
  if (found.critical + found.high > 0) process.exitCode = 1;
}
