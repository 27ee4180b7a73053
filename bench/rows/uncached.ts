import type { LoadResult } from '../load/load.ts';
import { askOnce, persistedBody } from '../load/question.ts';
import type { Bench } from '../measure/bench.ts';
import { cpuSeconds } from '../measure/cpu.ts';
import { interleave } from '../measure/rounds.ts';
import { openApollo } from '../reference/open.ts';

const operation = 'BuildingEnergyUse';
const connections = 32;
const dayMs = 86_400_000;
/** More than a round can ask. */
const questions = 4_000;

/**
 * One day of one building, energy with the building's name from portfolio: each question is asked once, so that no cache knows
 * it, ours included. What it costs us to look for it there, and to keep the answer, is in the figure.
 */
export const uncached: Bench = {
  name: 'uncached',
  about:
    'a federated query that no cache knows, over remote subgraphs, beside Apollo Server + gateway over the same',
  async run({ ground, system, load, rounds, seconds }) {
    const [base, all, generator] = [await ground(), await system(), await load()];
    const headers = { authorization: `Bearer ${await base.tokenFor('viewer')}` };
    await using apollo = await openApollo(base, all, [operation]);
    const url = `${all.edge.url}/graphql`;
    const asked = uniqueDays(all.buildingIds);
    const bodies = (count: number) =>
      Array.from({ length: count }, () => {
        const { value } = asked.next();
        if (value === undefined) throw new Error('There are no more days to ask about.');
        return persistedBody(all, operation, value);
      });
    const [one = ''] = bodies(1);
    const ours = await askOnce(url, headers, one);
    const theirs = await askOnce(apollo.url, {}, one);
    if (theirs.trim() !== ours)
      throw new Error(`Apollo Server answers otherwise: ${theirs} instead of ${ours}`);

    const measure =
      (target: string, pid: number) => async (): Promise<LoadResult & { readonly cpuMicros: number }> => {
        const before = cpuSeconds(pid);
        const result = await generator.fire({
          url: target,
          headers,
          bodies: bodies(questions),
          seconds,
          connections,
        });
        const used = (cpuSeconds(pid) ?? Number.NaN) - (before ?? Number.NaN);
        return { ...result, cpuMicros: (used * 1e6) / result.requests };
      };
    const competitors = { ours: measure(url, all.edge.pid), apollo: measure(apollo.url, apollo.pid) };
    await competitors.ours();
    await competitors.apollo();
    const found = await interleave(rounds, competitors);
    const what = `uncached federated query, remote subgraphs, ${connections} connections`;
    return [
      {
        what,
        ours: { samples: found.ours.map((it) => it.perSecond), unit: '/s' },
        reference: {
          name: 'Apollo Server + gateway',
          samples: found.apollo.map((it) => it.perSecond),
          unit: '/s',
        },
        aim: { of: 'ratio', least: 1.5 },
        note: 'subgraphs and PostgreSQL share the machine',
      },
      {
        what: '  processor time of the router, a request',
        ours: { samples: found.ours.map((it) => it.cpuMicros), unit: 'µs' },
        reference: {
          name: 'Apollo Server + gateway',
          samples: found.apollo.map((it) => it.cpuMicros),
          unit: 'µs',
        },
      },
    ];
  },
};

/** Each building's days of the last two years, in a range of one and of two days, for one meter type and for all. */
function* uniqueDays(
  buildingIds: readonly string[],
): Generator<Readonly<Record<string, unknown>>, undefined> {
  const yesterday = Math.floor(Date.now() / dayMs) * dayMs - dayMs;
  const date = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  for (let length = 1; length <= 28; length += 1) {
    for (let back = length; back < 700; back += 1) {
      for (const buildingId of buildingIds) {
        const from = yesterday - back * dayMs;
        yield {
          buildingId,
          range: { from: date(from), to: date(from + (length - 1) * dayMs) },
          interval: 'DAY',
          types: ['ELECTRICITY'],
        };
      }
    }
  }
  return undefined;
}
