/**
 * What `npm start`, `npm test` and `npm run token` run first, on whatever Node the machine has and before anything is
 * installed: so this and ./bootstrap/ use Node's built-ins alone. It installs what is missing, then hands over to the
 * project's own Node 24.
 *
 *   node scripts/bootstrap.mjs install           what is missing, nothing else
 *   node scripts/bootstrap.mjs start [options]   eaio up
 *   node scripts/bootstrap.mjs test [options]    Jest
 *   node scripts/bootstrap.mjs token [options]   eaio token
 *   node scripts/bootstrap.mjs eaio <command>    any command of cli/
 */
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`EAIO needs Node 20 or newer; this is ${process.version}. Get one at https://nodejs.org.`);
  process.exit(1);
}
// Imported only now, and without `await`: an older Node could not even parse what a newer one may.
import('./bootstrap/main.mjs')
  .then(({ main }) => main(process.argv.slice(2)))
  .then((code) => {
    process.exitCode = code;
  });
