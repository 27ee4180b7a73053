/** A list that was shortened so that a result fits its budget. */
export interface Cut {
  /** Where in the result, for example `data.building.energyUse[0].points`. */
  readonly path: readonly (string | number)[];
  /** Place of the first item shown, from 0. */
  readonly from: number;
  readonly shown: number;
  readonly total: number;
}

/** JSON of numbers and short words takes about this many characters a token. */
const charactersPerToken = 3.5;

/** A rough count of a text's tokens. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

type Path = readonly (string | number)[];
interface ListFound {
  readonly path: Path;
  readonly items: unknown[];
  readonly size: number;
}

/**
 * Shortens the lists of a JSON value until it takes at most `budget` tokens; the value given is not changed. Lists that
 * hold the data are cut before lists that hold such lists, the longest first, and lists side by side share what there is.
 * What is not in lists is never cut: a budget too small for it is exceeded.
 */
export function cutToBudget<T>(
  value: T,
  budget: number,
): { readonly value: T; readonly cuts: readonly Cut[] } {
  const allowed = budget * charactersPerToken;
  let size = JSON.stringify(value).length;
  if (size <= allowed) return { value, cuts: [] };
  const copy = structuredClone(value);
  const totals = new Map<
    string,
    { readonly path: Path; readonly items: unknown[]; readonly total: number }
  >();
  while (size > allowed) {
    const lists = innermost(listsOf(copy, []));
    if (lists.length === 0) break;
    const bound = waterLevel(
      lists.map((list) => list.size),
      size - allowed,
    );
    for (const { path, items, size: own } of lists) {
      if (own <= bound) continue;
      const key = pathText(path);
      if (!totals.has(key)) totals.set(key, { path, items, total: items.length });
      items.length = Math.max(1, Math.min(items.length - 1, Math.floor((items.length * bound) / own)));
    }
    size = JSON.stringify(copy).length;
  }
  const cuts = [...totals.values()]
    // A list inside one that was cut away later is not there any more.
    .filter(({ path, items }) => at(copy, path) === items)
    .map(({ path, items, total }) => ({ path, from: 0, shown: items.length, total }));
  return { value: copy, cuts };
}

/** Every list of more than one item. */
function listsOf(value: unknown, path: Path): ListFound[] {
  if (Array.isArray(value)) {
    const own = value.length > 1 ? [{ path, items: value, size: JSON.stringify(value).length }] : [];
    return [...own, ...value.flatMap((item, index) => listsOf(item, [...path, index]))];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => listsOf(item, [...path, key]));
}

/** Without the lists that are mostly made of lists inside them. */
function innermost(lists: readonly ListFound[]): readonly ListFound[] {
  return lists.filter((list) => {
    const inside = lists.filter((other) => other !== list && isWithin(other.path, list.path));
    const nearest = inside.filter(
      (one) => !inside.some((other) => other !== one && isWithin(one.path, other.path)),
    );
    return nearest.reduce((sum, { size }) => sum + size, 0) < list.size / 2;
  });
}

/** Whether a path leads to something inside another's. */
function isWithin(path: Path, outer: Path): boolean {
  return path.length > outer.length && outer.every((part, index) => path[index] === part);
}

/** The size that, as a bound on all of them, makes the sizes smaller by `excess` together. */
function waterLevel(sizes: readonly number[], excess: number): number {
  const sorted = [...sizes].sort((a, b) => b - a);
  let above = 0;
  for (const [index, size] of sorted.entries()) {
    above += size;
    const next = sorted[index + 1] ?? 0;
    const level = (above - excess) / (index + 1);
    if (level >= next) return Math.max(0, level);
  }
  return 0;
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
