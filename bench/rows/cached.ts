import type { LoadResult } from '../load/load.ts';
import { askOnce, persistedBody } from '../load/question.ts';
import type { Bench } from '../measure/bench.ts';
import { cpuSeconds } from '../measure/cpu.ts';
import { interleave } from '../measure/rounds.ts';
import type { Row } from '../measure/row.ts';
import { openApollo, openApolloHolding, openRawHttp } from '../reference/open.ts';

const operation = 'BuildingEnergyUse';
const connections = 32;
/** Open loop: well below what any of them can do, so that the latencies are those of a server in daily use. */
const ratePerSecond = 1_000;

/** A week of one building by day, which the edge has answered before. */
export const cached: Bench = {
  name: 'cached',
  about: 'a cached persisted query, beside raw node:http with the same bytes and beside Apollo Server',
  async run({ ground, system, load, rounds, seconds, say }) {
    const [base, all, generator] = [await ground(), await system(), await load()];
    const headers = { authorization: `Bearer ${await base.tokenFor('viewer')}` };
    const body = persistedBody(all, operation, {
      buildingId: all.buildingIds[0],
      range: { period: 'LAST_7_DAYS' },
      interval: 'DAY',
      types: ['ELECTRICITY'],
    });
    const url = `${all.edge.url}/graphql`;
    const answer = await askOnce(url, headers, body);
    await using raw = await openRawHttp(answer);
    await using apollo = await openApollo(base, all, [operation]);
    await using holding = await openApolloHolding(answer, all.operation(operation).body);
    if ((await askOnce(apollo.url, {}, body)) !== `${answer}\n`)
      say('Apollo Server answers otherwise than we do.');

    const contestants = {
      ours: { url, pid: all.edge.pid, headers },
      raw: { ...raw, headers },
      apollo: { ...apollo, headers },
      holding: { ...holding, headers },
    };
    const measure =
      (open: boolean) =>
      ({ url: target, pid, headers: sent }: (typeof contestants)['ours']) =>
      async (): Promise<LoadResult & { readonly cpuMicros: number }> => {
        const before = cpuSeconds(pid);
        const result = await generator.fire({
          url: target,
          headers: sent,
          bodies: [body],
          seconds,
          connections,
          ratePerSecond: open ? ratePerSecond : undefined,
        });
        const used = (cpuSeconds(pid) ?? Number.NaN) - (before ?? Number.NaN);
        return { ...result, cpuMicros: (used * 1e6) / result.requests };
      };
    say('closed loop');
    for (const one of Object.values(contestants)) await measure(false)(one)();
    const {
      ours,
      raw: rawRounds,
      apollo: apolloRounds,
      holding: holdingRounds,
    } = await interleave(rounds, {
      ours: measure(false)(contestants.ours),
      raw: measure(false)(contestants.raw),
      apollo: measure(false)(contestants.apollo),
      holding: measure(false)(contestants.holding),
    });
    say(`open loop, ${ratePerSecond}/s`);
    const open = await interleave(rounds, {
      ours: measure(true)(contestants.ours),
      raw: measure(true)(contestants.raw),
    });

    const perSecond = (rounds: readonly LoadResult[]) => ({
      samples: rounds.map((it) => it.perSecond),
      unit: '/s' as const,
    });
    const what = `cached persisted query, ${connections} connections`;
    const cpu = (rounds: readonly { readonly cpuMicros: number }[]) => ({
      samples: rounds.map((it) => it.cpuMicros),
      unit: 'µs' as const,
    });
    const rows: Row[] = [
      {
        what,
        ours: perSecond(ours),
        reference: { name: `node:http, same ${answer.length} bytes`, ...perSecond(rawRounds) },
        aim: { of: 'ratio', least: 0.5 },
      },
      {
        what,
        ours: perSecond(ours),
        reference: { name: 'Apollo Server + gateway', ...perSecond(apolloRounds) },
        aim: { of: 'ratio', least: 4 },
      },
      {
        what,
        ours: perSecond(ours),
        reference: { name: 'Apollo Server, result at hand', ...perSecond(holdingRounds) },
      },
      {
        what: '  processor time of the server, a request',
        ours: cpu(ours),
        reference: { name: 'node:http', ...cpu(rawRounds) },
      },
      ...(['p50Ms', 'p99Ms'] as const).map(
        (percentile): Row => ({
          what: `  ${percentile.slice(0, 3)} at ${ratePerSecond}/s, open loop`,
          ours: { samples: open.ours.map((it) => it[percentile]), unit: 'ms' },
          reference: { name: 'node:http', samples: open.raw.map((it) => it[percentile]), unit: 'ms' },
        }),
      ),
    ];
    return rows;
  },
};
