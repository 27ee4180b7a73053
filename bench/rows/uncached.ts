import type { LoadResult } from '../load/load.ts';
import { askOnce, persistedBody } from '../load/question.ts';
import type { Bench } from '../measure/bench.ts';
import { cpuSeconds } from '../measure/cpu.ts';
import { interleave } from '../measure/rounds.ts';
import { openApollo } from '../reference/open.ts';

const operation = 'FindMeters';
const connections = 32;

/**
 * Meters, from the energy subgraph, each with its building's name, from portfolio: one fetch after the other. Each question is
 * asked once, so that no cache knows it, ours included; what it costs us to look for it there and to keep the answer is in the
 * figure.
 */
export const uncached: Bench = {
  name: 'uncached',
  about:
    'a federated query that no cache knows, over remote subgraphs, beside Apollo Server + gateway over the same',
  async run({ ground, system, load, rounds, seconds, quick }) {
    const [base, all, generator] = [await ground(), await system(), await load()];
    const headers = { authorization: `Bearer ${await base.tokenFor('viewer')}` };
    await using apollo = await openApollo(base, all, [operation]);
    const url = `${all.edge.url}/graphql`;
    const asked = uniqueQuestions(all.buildingIds);
    const bodies = (count: number) =>
      Array.from({ length: count }, () => {
        const { value } = asked.next();
        if (value === undefined) throw new Error('There are no more questions.');
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
          bodies: bodies(quick ? 1_000 : 2_400),
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

/** Meters of one, two or three buildings, the first so many: light for the subgraphs, so that the figure is the router's. */
function* uniqueQuestions(
  buildingIds: readonly string[],
): Generator<Readonly<Record<string, unknown>>, undefined> {
  for (let first = 20; first <= 100; first += 1) {
    for (const one of buildingIds) {
      for (const other of buildingIds) {
        for (const third of buildingIds) yield { filter: { buildingIds: [one, other, third] }, first };
      }
    }
  }
  return undefined;
}
