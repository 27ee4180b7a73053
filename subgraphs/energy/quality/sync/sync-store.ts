import type { Database } from '../../store/database.ts';

/** The outcome of a check, as it is kept. */
export interface SyncCheck {
  readonly at: Date;
  readonly from: Date;
  readonly to: Date;
  readonly checked: number;
  readonly differing: number;
  readonly mended: number;
  /** Of what was compared, the share that differed and was not mended. */
  readonly errorRatio: number;
  readonly differences: readonly {
    readonly kind: string;
    readonly meterId: string;
    readonly atMs: number;
    readonly partition: number | null;
  }[];
}

/** The newest checks, newest first; by the primary key. */
export async function latestChecks(db: Database, limit: number): Promise<readonly SyncCheck[]> {
  const { rows } = await db.query<
    Omit<SyncCheck, 'errorRatio' | 'from' | 'to'> & { from_time: Date; to_time: Date }
  >(
    'select at, from_time, to_time, checked, differing, mended, differences from energy.sync_check order by id desc limit $1',
    [limit],
  );
  return rows.map(({ from_time, to_time, ...row }) => ({
    ...row,
    from: from_time,
    to: to_time,
    errorRatio: errorRatioOf(row),
  }));
}

export const errorRatioOf = ({
  checked,
  differing,
  mended,
}: Pick<SyncCheck, 'checked' | 'differing' | 'mended'>): number =>
  checked === 0 ? 0 : Math.max(0, differing - mended) / checked;
