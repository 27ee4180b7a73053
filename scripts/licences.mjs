/**
 * `npm run licences`: the licence of every package that production installs. Fails on one that is unknown or copyleft, unless
 * somebody has looked at it (`reviewed`, with the reason); a line there that nothing needs any more fails too.
 */
import { existsSync, readFileSync } from 'node:fs';

const permissive = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Python-2.0',
  'MIT-0',
]);

/** By package: why its licence is fine for us though it is not on the list. */
const reviewed = JSON.parse(readFileSync(new URL('licences-reviewed.json', import.meta.url), 'utf8'));

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const rows = [];
for (const [path, entry] of Object.entries(packages)) {
  if (path === '' || entry.dev === true || entry.link === true || entry.devOptional === true) continue;
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  rows.push({ name, version: entry.version, licence: entry.license ?? installed(path) ?? '(unknown)' });
}

function installed(path) {
  const file = `${path}/package.json`;
  if (!existsSync(file)) return undefined;
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({ type }) => type).join(' OR ');
}

/** Of alternatives one must be permissive, of conjunctions all. */
const fits = (licence) =>
  licence
    .replace(/[()]/g, '')
    .split(/ OR /)
    .some((all) => all.split(/ AND /).every((one) => permissive.has(one.trim())));

rows.sort((a, b) => (a.name < b.name ? -1 : 1));
const counts = Map.groupBy(rows, ({ licence }) => licence);
if (process.argv.includes('--all'))
  for (const { name, version, licence } of rows) console.log(`${name}@${version}\t${licence}`);
for (const [licence, of] of [...counts].sort((a, b) => b[1].length - a[1].length))
  console.log(`${String(of.length).padStart(5)}  ${licence}`);

const faults = rows.filter(({ name, licence }) => !fits(licence) && !(name in reviewed));
for (const { name, version, licence } of faults)
  console.error(
    `${name}@${version}: ${licence} is not among the permissive licences; look at it, then put it into scripts/licences-reviewed.json.`,
  );
const stale = Object.keys(reviewed).filter(
  (name) => !rows.some((row) => row.name === name && !fits(row.licence)),
);
for (const name of stale)
  console.error(`${name} needs no review any more: take it out of scripts/licences-reviewed.json.`);
if (faults.length > 0 || stale.length > 0) process.exitCode = 1;
else console.log(`${rows.length} packages of production, all permissive or reviewed.`);
