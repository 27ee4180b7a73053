/** Options of commands, each the same as a setting for one run. */
export interface SettingOptions {
  readonly port?: string;
  readonly host?: string;
  readonly dataDir?: string;
  readonly bdg2?: string;
  readonly corrections?: boolean;
  readonly buildings?: unknown;
  readonly seed?: string;
  readonly speed?: string;
  readonly edgeWorkers?: string;
}

const settingOf = {
  port: 'PORT',
  host: 'HOST',
  dataDir: 'EAIO_DATA_DIR',
  bdg2: 'EAIO_BDG2_DIR',
  corrections: 'EAIO_BDG2_CORRECTIONS',
  buildings: 'EAIO_BUILDINGS',
  seed: 'EAIO_SEED',
  speed: 'EAIO_SPEED',
  edgeWorkers: 'EAIO_EDGE_WORKERS',
} as const satisfies Record<keyof SettingOptions, string>;

/** The environment with the options that were given laid over it: from here on there is one source of settings. */
export function overlay(env: NodeJS.ProcessEnv, options: SettingOptions): NodeJS.ProcessEnv {
  const given = Object.entries(settingOf).flatMap(([option, name]) => {
    const value = options[option as keyof SettingOptions];
    if (value === true) return [[name, 'on']];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return { ...env, ...Object.fromEntries(given) };
}
