import { hashOf } from '../partition-of.ts';

/**
 * Which of a group's workers should hold which partition: the same answer wherever it is asked, no worker more than one
 * above another, and little changes when one comes or goes (rendezvous hashing with a bound on each one's load). That no
 * two hold the same is not its doing but the leases': workers may see each other's coming and going at different times.
 */
export function shareOf(
  worker: string,
  workers: readonly string[],
  topic: string,
  partitions: readonly number[],
): ReadonlySet<number> {
  const floor = Math.floor(partitions.length / workers.length);
  let larger = partitions.length % workers.length;
  const loads = new Map(workers.map((name) => [name, 0]));
  const mine = new Set<number>();
  for (const partition of partitions) {
    const ranked = workers
      .map((name) => ({ name, rank: hashOf(`${topic}/${partition}/${name}`), load: loads.get(name) ?? 0 }))
      .toSorted((a, b) => b.rank - a.rank || (a.name < b.name ? -1 : 1));
    const chosen = ranked.find(({ load }) => load < floor || (load === floor && larger > 0));
    if (chosen === undefined) continue;
    if (chosen.load === floor) larger--;
    loads.set(chosen.name, chosen.load + 1);
    if (chosen.name === worker) mine.add(partition);
  }
  return mine;
}
