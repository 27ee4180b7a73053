import { OperatorError } from '../errors/operator-error.ts';
import type { Kind } from './kinds.ts';
import type { Setting, ValueOf } from './setting.ts';
import { settings, subgraphUrls } from './settings.ts';
import { withoutPassword } from './show-value.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Groups = typeof settings;

/** All settings as values, frozen; by group and name as in `settings`. */
export type Config = {
  readonly [Group in keyof Groups]: {
    readonly [Name in keyof Groups[Group]['settings']]: ValueOf<Groups[Group]['settings'][Name]>;
  };
} & {
  /** Instances of the subgraphs that run elsewhere, by the subgraph's name (`energy`). */
  readonly subgraphUrls: Readonly<Record<string, readonly string[]>>;
};

/**
 * Reads the environment, once, at start.
 * @throws OperatorError that names every fault at once: the setting, what was given, what is allowed.
 */
export function loadConfig(env: Environment): Config {
  const faults: string[] = [];
  const read = <T>(one: Pick<Setting<T>, 'env' | 'kind' | 'secret'>): T | undefined => {
    const given = givenValue(env, one.env);
    if (given === undefined) return undefined;
    const parsed = one.kind.schema.safeParse(given);
    if (parsed.success) return parsed.data;
    faults.push(faultOf(one, given));
    return undefined;
  };

  const groups = Object.entries(settings).map(([group, { settings: members }]) => {
    const values = Object.entries<Setting<unknown>>(members).map(([name, one]) => [
      name,
      read(one) ?? defaultOf(one),
    ]);
    return [group, Object.freeze(Object.fromEntries(values))];
  });
  const urls = Object.keys(env).flatMap((name) => {
    const subgraph = subgraphUrls.pattern.exec(name)?.[1]?.toLowerCase().replaceAll('_', '-');
    const instances = subgraph === undefined ? undefined : read({ env: name, kind: subgraphUrls.kind });
    return subgraph === undefined || instances === undefined ? [] : [[subgraph, Object.freeze(instances)]];
  });

  if (faults.length > 0) throw new OperatorError(listFaults(faults));
  return Object.freeze({
    ...Object.fromEntries(groups),
    subgraphUrls: Object.freeze(Object.fromEntries(urls)),
  });
}

/** An empty variable is one that is not set: that is how compose files and CI leave things out. */
export function givenValue(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** Defaults that depend on where we are, a folder for one, are read as if they had been given. */
function defaultOf<T>(one: { readonly kind: Kind<T>; readonly default: T | undefined }): T | undefined {
  return typeof one.default === 'string' ? one.kind.schema.parse(one.default) : one.default;
}

function faultOf(
  { env, kind, secret }: Pick<Setting<unknown>, 'env' | 'kind' | 'secret'>,
  given: string,
): string {
  const shown = secret === true ? ' (its value is not shown)' : `="${withoutPassword(given)}"`;
  return `${env}${shown}: allowed is ${kind.allowed}.`;
}

function listFaults(faults: readonly string[]): string {
  const [only] = faults;
  if (faults.length === 1 && only !== undefined) return `A setting is wrong. ${only}`;
  return [`${faults.length} settings are wrong.`, ...faults].join('\n  ');
}
