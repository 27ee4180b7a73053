/** A list that was shortened so that a result fits its budget. */
export interface Cut {
  /** Where in the result, for example `data.building.energyUse[0].points`. */
  readonly path: readonly (string | number)[];
  /** Place of the first item shown, from 0. */
  readonly from: number;
  readonly shown: number;
  readonly total: number;
}

/** A rough count of a text's tokens: JSON of numbers and short words takes about 3.5 characters each. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / 3.5);
}

type Path = readonly (string | number)[];
interface ListFound {
  readonly path: Path;
  readonly size: number;
}

/**
 * Shortens the largest lists of a JSON value until it takes at most `budget` tokens; the value given is not changed.
 * What is not in lists is never cut: a budget too small for it is exceeded.
 */
export function cutToBudget<T>(
  value: T,
  budget: number,
): { readonly value: T; readonly cuts: readonly Cut[] } {
  let size = JSON.stringify(value).length;
  if (estimateTokens(size) <= budget) return { value, cuts: [] };
  const copy = structuredClone(value);
  const cuts: Cut[] = [];
  const allowed = budget * 3.5;
  while (size > allowed) {
    const lists = listsOf(copy, []).filter((list) => !cuts.some((cut) => isWithin(list.path, cut.path)));
    const largest = lists.sort((a, b) => b.size - a.size)[0];
    if (!largest) break;
    const items = at(copy, largest.path) as unknown[];
    const total = items.length;
    // Lists of one kind side by side (a series for each meter type) share what there is.
    const peers = lists.filter(
      (list) =>
        list.size > largest.size / 4 &&
        !isWithin(list.path, largest.path) &&
        !isWithin(largest.path, list.path),
    );
    const share = Math.max(0, largest.size - (size - allowed) / Math.max(1, peers.length));
    const keep = Math.min(total - 1, Math.floor((total * share) / largest.size));
    items.length = Math.max(1, keep);
    cuts.push({ path: largest.path, from: 0, shown: items.length, total });
    size = JSON.stringify(copy).length;
  }
  return { value: copy, cuts };
}

function listsOf(value: unknown, path: Path): ListFound[] {
  if (Array.isArray(value)) {
    const own = value.length > 1 ? [{ path, size: JSON.stringify(value).length }] : [];
    return [...own, ...value.flatMap((item, index) => listsOf(item, [...path, index]))];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => listsOf(item, [...path, key]));
}

/** Whether a path is another one, or leads to something inside it. */
function isWithin(path: Path, outer: Path): boolean {
  return outer.every((part, index) => path[index] === part);
}

/** What stands at a path of a JSON value; undefined when nothing does. */
export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string | number, unknown>)[part]
        : undefined,
    value,
  );
}

export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
