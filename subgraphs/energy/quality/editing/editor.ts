import type { Pool, PoolClient } from 'pg';
import { EaioError } from '../../../../platform/errors/eaio-error.ts';
import { inTransaction } from '../../../../platform/postgres/transaction.ts';
import { noteOrigins } from '../../ingestion/origin.ts';
import { retryOnDeadlock } from '../../ingestion/retry.ts';
import { lockMeters } from '../../ingestion/rollups.ts';
import { monthOf } from '../../storage/month.ts';
import type { Storage } from '../../storage/types.ts';
import type { Grant } from '../../store/database.ts';
import type { RevisedMeter } from '../meters.ts';
import { revise } from '../revise.ts';
import type { Edit, EditOperation, EditRange } from './edit.ts';
import { mostEdited } from './edit.ts';
import {
  findEdit,
  insertEdit,
  lockEdit,
  markUndone,
  readOriginals,
  readStanding,
  readUndoing,
} from './edit-store.ts';
import { checkEdit, planEdit } from './plan-edit.ts';

export interface EditRequest {
  /** Looked up under the caller's grant. */
  readonly meter: RevisedMeter;
  readonly operation: EditOperation;
  readonly reason: string;
  /** The person's subject. */
  readonly by: string;
}

export interface UndoRequest {
  readonly id: string;
  readonly grant: Grant;
  readonly reason: string;
  readonly by: string;
}

/** An edit, with when its readings begin and end: what is to be told of. */
export interface EditDone {
  readonly edit: Edit;
  readonly meterNo: number;
  readonly timesMs: readonly number[];
}

export interface CreateEditorOptions {
  readonly pool: Pool;
  readonly storage: Storage;
  readonly clock: () => number;
}

/** Changes of readings by people: each in one transaction with its rollups, with what stood there before set aside. */
export interface Editor {
  /** @throws EaioError BAD_USER_INPUT for an edit that can't be meant. */
  edit(request: EditRequest): Promise<EditDone>;
  /** Undone twice is undone once. @throws EaioError NOT_FOUND; BAD_USER_INPUT for a RESTORE. */
  undo(request: UndoRequest): Promise<EditDone>;
}

export function createEditor({ pool, storage, clock }: CreateEditorOptions): Editor {
  const inMetersTurn = <T>(work: (client: PoolClient) => Promise<T>): Promise<T> =>
    retryOnDeadlock(() =>
      inTransaction(pool, async (client) => {
        await storage.prepareToWrite(client);
        return work(client);
      }),
    );
  const found = async (client: PoolClient, id: string): Promise<Edit> => {
    const edit = await findEdit(client, id);
    if (edit === null) throw new Error(`Edit ${id} is gone in the middle of its own transaction.`);
    return edit;
  };

  return {
    async edit({ meter, operation, reason, by }) {
      const nowMs = clock();
      checkEdit(operation, reason, nowMs);
      const { meterNo, intervalSeconds } = meter;
      const range = reachOf(operation);
      if (operation.kind === 'SET')
        await storage.makeRoom(operation.values.map(({ timeMs }) => monthOf(timeMs)));
      return inMetersTurn(async (client) => {
        await lockMeters(client, [meterNo]);
        const standing = await readStanding(client, meterNo, range, mostEdited + 1);
        if (operation.kind !== 'SET' && standing.length > mostEdited)
          throw new EaioError(
            'BAD_USER_INPUT',
            `range: it holds over ${mostEdited} readings; edit a shorter one.`,
          );
        const [origin = 0] = await noteOrigins(client, [{ kind: 'edit', source: by, receivedAtMs: nowMs }]);
        const originals = operation.kind === 'RESTORE' ? await readOriginals(client, meterNo, range) : [];
        const planned = planEdit(operation, { standing, originals, intervalSeconds, origin });
        const timesMs = [...planned.put.map(({ timeMs }) => timeMs), ...planned.remove];
        const id = await insertEdit(client, {
          meterNo,
          origin,
          operation,
          range,
          reason,
          by,
          changed: timesMs.length,
        });
        await revise(client, storage, {
          meterNo,
          ...planned,
          kept: { reason: 'edited', by, edit: id },
        });
        return { edit: await found(client, id), meterNo, timesMs };
      });
    },

    async undo({ id, grant, reason, by }) {
      if (reason.trim() === '')
        throw new EaioError('BAD_USER_INPUT', 'reason: say why the edit is undone; it stays with it.');
      if (!/^\d{1,18}$/.test(id)) throw noEdit(id);
      return inMetersTurn(async (client) => {
        const known = await lockEdit(client, grant, id);
        if (known === null) throw noEdit(id);
        if (known.operation === 'RESTORE')
          throw new EaioError(
            'BAD_USER_INPUT',
            `id: ${id} itself restored what was measured; make the edit again instead.`,
          );
        const { meterNo } = known;
        if (known.undone) return { edit: await found(client, id), meterNo, timesMs: [] };
        await lockMeters(client, [meterNo]);
        const undoing = await readUndoing(client, id, known);
        await revise(client, storage, { meterNo, ...undoing, kept: { reason: 'undone', by, edit: null } });
        await markUndone(client, id, by, reason);
        const timesMs = [...undoing.put.map(({ timeMs }) => timeMs), ...undoing.remove];
        return { edit: await found(client, id), meterNo, timesMs };
      });
    },
  };
}

const noEdit = (id: string): EaioError =>
  new EaioError('NOT_FOUND', `There is no edit ${id} that you may see.`);

/** Where the edit may change something. */
function reachOf(operation: EditOperation): EditRange {
  if (operation.kind !== 'SET') return operation;
  const times = operation.values.map(({ timeMs }) => timeMs);
  return {
    fromMs: times.reduce((first, time) => Math.min(first, time), Infinity),
    toMs: times.reduce((last, time) => Math.max(last, time), -Infinity) + 1,
  };
}
