import { type Environment, givenValue } from './load.ts';
import type { SettingGroup } from './setting.ts';
import { settings, subgraphUrls } from './settings.ts';
import { withoutPassword } from './show-value.ts';

interface Row {
  readonly env: string;
  readonly value: string;
  readonly allowed: string;
  readonly help: string;
}

/**
 * Every setting, by group. `markdown` is for the README and shows defaults; `text` is for a terminal and shows what `env`
 * gives, marked by `*`, else the default. Secrets and passwords are hidden.
 */
export function settingsTable(format: 'markdown' | 'text', env: Environment = {}): string {
  const groups: readonly SettingGroup[] = Object.values(settings);
  const sections = groups.map(({ title, settings: members }) => ({
    title,
    rows: Object.values(members).map((one) => {
      const given = givenValue(env, one.env);
      const shown =
        given === undefined ? defaultText(one) : `* ${one.secret === true ? '***' : withoutPassword(given)}`;
      return { env: one.env, value: shown, allowed: one.kind.allowed, help: one.help };
    }),
  }));
  const elsewhere = { title: 'Subgraphs that run elsewhere', rows: subgraphRows(env) };
  switch (format) {
    case 'markdown':
      return [...sections, elsewhere]
        .map(({ title, rows }) => `### ${title}\n\n${markdown(rows)}`)
        .join('\n\n');
    case 'text':
      return [...sections, elsewhere].map(({ title, rows }) => `${title}\n${text(rows)}`).join('\n\n');
    default:
      return format satisfies never;
  }
}

function defaultText(one: { readonly default: unknown; readonly unset?: string | undefined }): string {
  if (one.default === undefined) return `(${one.unset ?? 'none'})`;
  return typeof one.default === 'boolean' ? (one.default ? 'on' : 'off') : String(one.default);
}

function subgraphRows(env: Environment): readonly Row[] {
  const { kind, help, unset } = subgraphUrls;
  const given = Object.keys(env).filter(
    (name) => subgraphUrls.pattern.test(name) && givenValue(env, name) !== undefined,
  );
  const rows = given.map((name) => ({
    env: name,
    value: `* ${withoutPassword(env[name] ?? '')}`,
    allowed: kind.allowed,
    help,
  }));
  return rows.length > 0
    ? rows
    : [{ env: subgraphUrls.env, value: `(${unset})`, allowed: kind.allowed, help }];
}

function markdown(rows: readonly Row[]): string {
  const cell = (value: string): string => value.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  return [
    '| Setting | Default | Allowed | What it is for |',
    '|---|---|---|---|',
    ...rows.map(
      (row) => `| \`${row.env}\` | ${cell(row.value)} | ${cell(row.allowed)} | ${cell(row.help)} |`,
    ),
  ].join('\n');
}

function text(rows: readonly Row[]): string {
  const name = Math.max(...rows.map(({ env }) => env.length));
  return rows
    .map(
      (row) =>
        `  ${row.env.padEnd(name)}  ${row.value}\n  ${''.padEnd(name)}  ${row.help} Allowed: ${row.allowed}.`,
    )
    .join('\n');
}
