import type { Pool, PoolClient } from 'pg';
import { codeOf } from '../errors/facts.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { inTransaction } from './transaction.ts';

/** Owns nothing, logs in nowhere: connections that read for callers take it on (`createGrantedReads`). */
export const readerRole = 'eaio_reader';

/** How the tables of a schema belong to buildings. */
export interface SecuredSchema {
  readonly schema: string;
  /** Of a table that no name below is of: the rule of the first of these columns that it has. */
  readonly columns: Readonly<Record<string, RowRule>>;
  /** Of tables by name. */
  readonly tables: Readonly<Record<string, RowRule>>;
}
export type RowRule =
  /** The column that holds the building's id. */
  | { readonly building: string }
  /** The column that refers to a row, of another table, that has a rule of its own: what shows that row shows this one. */
  | { readonly column: string; readonly shownBy: string; readonly as: string }
  /** Speaks of all buildings at once: shown to those to whom all are granted. */
  | 'unrestricted'
  /** Holds nothing of any building. */
  | 'open'
  /** Not read in anyone's name. */
  | 'closed';

const policy = 'eaio_granted';
const setting = "(select current_setting('eaio.buildings', true))";

/**
 * Row-level security as the rules say, on whatever tables there are by now; what is as it should be is not touched, so that a start
 * locks nothing. A table without a rule can't be read by callers at all (and a test names it).
 * Hypertables of TimescaleDB stay without policies: it compresses no table that has one.
 */
export async function secureRows(pool: Pool, schemas: readonly SecuredSchema[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtextextended('eaio.row-security', 0))");
    await ensureReader(client);
    for (const secured of schemas) {
      if (!(await mayUse(client, secured.schema)))
        await client.query(`grant usage on schema ${secured.schema} to ${readerRole}`);
      for (const relation of await relationsOf(client, secured.schema))
        await secure(client, secured, relation);
    }
  });
}

interface Relation {
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly string[];
  readonly secured: boolean;
  readonly readable: boolean;
  readonly invoker: boolean;
  readonly hypertable: boolean;
}

async function secure(client: PoolClient, schema: SecuredSchema, relation: Relation): Promise<void> {
  const { name, kind, secured, readable, invoker, hypertable } = relation;
  const table = `${schema.schema}.${name}`;
  const rule = ruleOf(schema, relation);
  if (rule === undefined || rule === 'closed') return;
  if (kind === 'view') {
    // Else a view reads with its owner's rights, whom no policy binds.
    if (!invoker && !hypertable) await client.query(`alter view ${table} set (security_invoker = true)`);
  } else if (rule !== 'open' && !secured && !hypertable) {
    await client.query(
      `create policy ${policy} on ${table} for select to ${readerRole} using (${condition(rule)})`,
    );
    await client.query(`alter table ${table} enable row level security`);
  }
  if (!readable) await client.query(`grant select on ${table} to ${readerRole}`);
}

function ruleOf(
  { columns, tables }: SecuredSchema,
  { name, columns: has }: Pick<Relation, 'name' | 'columns'>,
): RowRule | undefined {
  const [, byColumn] = Object.entries(columns).find(([column]) => has.includes(column)) ?? [];
  return tables[name] ?? byColumn;
}

/** Sub-selects are computed once for a statement, not for each row; who sees all is let through by the first half. */
function condition(rule: Exclude<RowRule, 'open' | 'closed'>): string {
  const all = `${setting} = '*'`;
  if (rule === 'unrestricted') return all;
  if ('building' in rule)
    return `${all} or ${rule.building} = any ((select string_to_array(current_setting('eaio.buildings', true), E'\\n'))::text[])`;
  return `${all} or ${rule.column} in (select ${rule.as} from ${rule.shownBy})`;
}

/** @throws OperatorError when the database's user may not make roles, and nobody has made this one. */
async function ensureReader(client: PoolClient): Promise<void> {
  try {
    await client.query(`do $$ begin
      if not exists (select from pg_roles where rolname = '${readerRole}') then
        create role ${readerRole} nologin noinherit;
      end if;
      if not pg_has_role(current_user, '${readerRole}', 'member') then
        execute format('grant ${readerRole} to %I', current_user);
      end if;
    exception when duplicate_object or unique_violation then
      -- Another database of this server made it in the same moment.
      null;
    end $$`);
  } catch (error) {
    if (codeOf(error) !== '42501') throw error;
    throw new OperatorError(
      `The database's user may not make the role that reads for callers. Let an administrator run: create role ${readerRole} nologin; grant ${readerRole} to the user of DATABASE_URL.`,
      { cause: error },
    );
  }
}

async function mayUse(client: PoolClient, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    "select has_schema_privilege($1, $2, 'usage') as may",
    [readerRole, schema],
  );
  return rows[0]?.may === true;
}

/** Partitions are reached through their table, whose policy counts then; alone the role may not read them. */
async function relationsOf(client: Pick<PoolClient, 'query'>, schema: string): Promise<readonly Relation[]> {
  const { rows } = await client.query<Relation>(
    `select c.relname as name,
            case when c.relkind in ('v', 'm') then 'view' else 'table' end as kind,
            array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0) as columns,
            c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = $2) as secured,
            has_table_privilege($3, c.oid, 'select') as readable,
            coalesce('security_invoker=true' = any (c.reloptions), false) as invoker,
            exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'ts_insert_blocker')
              or (c.relkind = 'v' and pg_get_viewdef(c.oid) like '%_timescaledb_internal%') as hypertable
     from pg_class c
     where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
       and not c.relispartition and c.relname <> 'pgmigrations'
     order by c.relname`,
    [schema, policy, readerRole],
  );
  return rows;
}

/** Every table and view with its rule; undefined where there is none, so that callers can't read it. */
export async function rowRules(
  pool: Pool,
  schema: SecuredSchema,
): Promise<ReadonlyMap<string, RowRule | undefined>> {
  const relations = await relationsOf(pool, schema.schema);
  return new Map(
    relations.map((relation) => [`${schema.schema}.${relation.name}`, ruleOf(schema, relation)]),
  );
}
