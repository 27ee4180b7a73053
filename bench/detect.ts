import { parseArgs } from 'node:util';
import { bdg2Dir } from '../test/bdg2/sample.ts';
import { printScores } from './detect/print.ts';
import { readMeters } from './detect/read-meters.ts';
import { measureSpeed } from './detect/speed.ts';
import { trial, tunedOn } from './detect/trial.ts';

/** `npm run bench:detect`: how well faults are found in real meters, and what is told of meters without any. */
const { values: options } = parseArgs({
  options: {
    bdg2: { type: 'string', default: bdg2Dir },
    seeds: { type: 'string', default: '301,302' },
  },
});

const meters = (await readMeters(options.bdg2)).filter(({ id }) => /^(Fox|Robin)_/.test(id));
const seeds = options.seeds.split(',').map(Number);
const report = (title: string, of: typeof meters): void =>
  console.log(`${title}: ${of.length} meters, seeds ${seeds.join(', ')}\n${printScores(trial(of, seeds))}\n`);
report(
  'Held out: meters that nothing was tuned on',
  meters.filter(({ id }) => !tunedOn(id)),
);
report(
  'Tuned on',
  meters.filter(({ id }) => tunedOn(id)),
);
console.log(measureSpeed(meters));
