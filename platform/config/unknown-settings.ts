import type { Environment } from './load.ts';
import type { SettingGroup } from './setting.ts';
import { settings } from './settings.ts';

/** A sentence for each `EAIO_` variable that sets nothing, with the setting that was probably meant. For a warning at start. */
export function unknownSettings(env: Environment): readonly string[] {
  const groups: readonly SettingGroup[] = Object.values(settings);
  const known = groups.flatMap(({ settings: members }) => Object.values(members).map((one) => one.env));
  return Object.keys(env)
    .filter((name) => name.startsWith('EAIO_') && !known.includes(name))
    .map((name) => {
      const near = known
        .map((other) => ({ other, steps: distance(name, other) }))
        .toSorted((a, b) => a.steps - b.steps)[0];
      const hint = near !== undefined && near.steps <= 3 ? ` Is ${near.other} meant?` : ' See: eaio config.';
      return `${name} is not a setting.${hint}`;
    });
}

/** Levenshtein: letters to put in, take out or change. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
