import { EaioError } from '../../../platform/errors/eaio-error.ts';
import type { MeterType } from '../domain.ts';
import { type MeterRules, type MeterRulesOverride, type RuleVerdict, rulesOf } from './rules.ts';

export const ruleVerdicts = ['OFF', 'GOOD', 'SUSPECT', 'REJECTED'] as const satisfies readonly RuleVerdict[];

/** A rule as people see and change it: its name, what it makes of a reading, and its limits by name. */
export interface RuleView {
  readonly rule: string;
  readonly verdict: RuleVerdict;
  readonly limits: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly isOverridden: boolean;
}

export interface RuleChange {
  readonly rule: string;
  readonly verdict?: RuleVerdict | null;
  readonly limits?: readonly { readonly name: string; readonly values: readonly number[] }[] | null;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const places = Object.keys(rulesOf('ELECTRICITY')) as readonly (keyof MeterRules)[];
const placeOf = new Map(places.map((place) => [kebab(place), place]));
/** Nothing is there to be doubted, or the first verdict holds. */
const onlyTold: readonly (keyof MeterRules)[] = ['gap', 'duplicate'];

/** A meter's rules, all of them, with those that are its own marked. */
export function viewRules(type: MeterType, override: MeterRulesOverride | null): readonly RuleView[] {
  const rules = rulesOf(type, override);
  return places.map((place) => {
    const { verdict, ...limits } = rules[place];
    return {
      rule: kebab(place),
      verdict,
      limits: Object.entries(limits).map(([name, value]: [string, number | readonly number[]]) => ({
        name,
        values: typeof value === 'number' ? [value] : value,
      })),
      isOverridden: override?.[place] !== undefined,
    };
  });
}

/**
 * Changes as an override.
 * @throws EaioError BAD_USER_INPUT that says which rule, verdict or limit is not allowed, and what is.
 */
export function overrideOf(type: MeterType, changes: readonly RuleChange[]): MeterRulesOverride {
  const entries = changes.map(({ rule, verdict, limits }) => {
    const place = placeOf.get(rule);
    if (place === undefined)
      throw refusal(`there is no rule "${rule}"; there are ${[...placeOf.keys()].join(', ')}`);
    if (verdict != null && onlyTold.includes(place) && verdict !== 'OFF' && verdict !== 'GOOD')
      throw refusal(`${rule} takes the verdicts OFF and GOOD, not ${verdict}`);
    const known: Readonly<Record<string, unknown>> = { ...rulesOf(type)[place] };
    const values = (limits ?? []).map(({ name, values: given }) => {
      const usual = name === 'verdict' ? undefined : known[name];
      if (usual === undefined) {
        const names = Object.keys(known).filter((one) => one !== 'verdict');
        throw refusal(`${rule} has no limit "${name}"; it has ${names.join(', ') || 'none'}`);
      }
      const isList = Array.isArray(usual);
      const fits = given.length >= 1 && given.length <= (isList ? 10 : 1);
      const inside = given.every((value) => Number.isFinite(value) && (name === 'leastRate' || value > 0));
      if (!fits || !inside || (isList && given.some((value) => value <= 1)))
        throw refusal(
          `${rule}.${name} takes ${isList ? 'one to ten numbers above 1' : 'one number above 0'}, not ${given.join(', ') || 'none'}`,
        );
      return [name, isList ? given : given[0]];
    });
    return [place, { ...(verdict == null ? {} : { verdict }), ...Object.fromEntries(values) }];
  });
  return Object.fromEntries(entries);
}

const refusal = (what: string): EaioError => new EaioError('BAD_USER_INPUT', `rules: ${what}.`);
