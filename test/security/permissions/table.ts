import { type Role, roles } from '../../../platform/identity/roles.ts';

/** What an answer shows of a field: the caller lacks a scope; nothing is there for this caller; something is. */
export type Sight = 'refused' | 'nothing' | 'seen';

/** One thing that can be asked for, and who may. */
export interface Row {
  /** `field`, `mutation`, `subscription`, `tool`, `resource`, `prompt`, `mcp` or `route`. */
  readonly kind: string;
  readonly name: string;
  readonly allowed: readonly Role[];
  /** What those see to whom all buildings are granted; of a route, whether it asks for a token. */
  readonly granted: string;
  /** What those see to whom no building is granted. */
  readonly apart: string;
}

/** One letter a role, so that a row is a line and a change of it a line of a diff. */
const letters: Readonly<Record<Role, string>> = {
  viewer: 'V',
  building_manager: 'B',
  energy_engineer: 'E',
  facility_operator: 'F',
  sustainability_analyst: 'S',
  integrator: 'I',
  agent: 'G',
  admin: 'A',
};

const head = `# Who may ask for what, as it shows at the wire. Review every change of a line; do not write lines by hand.
# After a change of the graph or of a role:  npm run permissions
# ${roles.map((role) => `${letters[role]} ${role}`).join(', ')}
# kind, name, roles that may, what is seen where all buildings are granted, what where none is`;

export function printTable(rows: readonly Row[]): string {
  const lines = rows.map(({ kind, name, allowed, granted, apart }) => {
    const who = roles.map((role) => (allowed.includes(role) ? letters[role] : '-')).join('');
    return `${kind.padEnd(13)}${name.padEnd(58)} ${who}  ${granted.padEnd(8)} ${apart}`.trimEnd();
  });
  return `${head}\n${lines.join('\n')}\n`;
}

/** What differs between the table that was reviewed and what shows now, in words that say what to do. */
export function differences(reviewed: string, shown: string): readonly string[] {
  const [before, after] = [byName(reviewed), byName(shown)];
  const mend = 'Run `npm run permissions` and review what changes.';
  return [
    ...[...after].flatMap(([name, line]) => {
      const known = before.get(name);
      if (known === undefined) return [`${name} is in no row of test/security/permissions.txt. ${mend}`];
      return known === line
        ? []
        : [`${name} shows otherwise than was reviewed. ${mend}\n- ${known}\n+ ${line}`];
    }),
    ...[...before.keys()]
      .filter((name) => !after.has(name))
      .map((name) => `${name} is there no more. ${mend}`),
  ];
}

const byName = (table: string): ReadonlyMap<string, string> =>
  new Map(
    table
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, 71).trim().replace(/\s+/, ' '), line]),
  );
