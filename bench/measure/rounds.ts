/** Competitors by name, measured one after the other, round by round: what disturbs the machine disturbs all of them alike. */
export async function interleave<Name extends string, Result>(
  rounds: number,
  competitors: Readonly<Record<Name, () => Promise<Result>>>,
): Promise<Readonly<Record<Name, readonly Result[]>>> {
  const names = Object.keys(competitors) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 0; round < rounds; round += 1) {
    // The other way round each time: to go first, on a machine that is still warm from something else, is no merit.
    for (const name of round % 2 === 0 ? names : names.toReversed())
      results[name].push(await competitors[name]());
  }
  return results;
}
