import type { MeterRulesOverride } from '../vee/rules.ts';
import type { Database } from './database.ts';

export interface StoredOverride {
  readonly rules: MeterRulesOverride;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/** Overrides by meter number; by the primary key. The caller knows that the meters may be seen. */
export async function findOverrides(
  db: Database,
  meterNos: readonly number[],
): Promise<ReadonlyMap<number, StoredOverride>> {
  const { rows } = await db.query<StoredOverride & { readonly meter_no: number }>(
    'select meter_no, rules, reason, by, at from energy.vee_override where meter_no = any($1::int[])',
    [meterNos],
  );
  return new Map(rows.map(({ meter_no, ...override }) => [meter_no, override]));
}

/** What a meter's rules are instead of its type's; an empty override takes it away. */
export async function setOverride(
  db: Database,
  meterNo: number,
  { rules, reason, by }: Omit<StoredOverride, 'at'>,
): Promise<void> {
  if (Object.keys(rules).length === 0) {
    await db.query('delete from energy.vee_override where meter_no = $1', [meterNo]);
    return;
  }
  await db.query(
    `insert into energy.vee_override (meter_no, rules, reason, by) values ($1, $2, $3, $4)
     on conflict (meter_no) do update set rules = excluded.rules, reason = excluded.reason, by = excluded.by, at = now()`,
    [meterNo, rules, reason, by],
  );
}
