// One batch of holds and settlements in one transaction. An item that fails alone leaves the others: each is one
// statement, which SQLite undoes by itself, and the transaction goes on.
import type { DatabaseSync } from 'node:sqlite';
import { type Cell, holdCells, type LedgerStatements, settleCells } from '../sql/ledger.ts';
import { isRefusal, messageOf } from './failure.ts';
import type { BatchOutcome, HoldRefusal, SettleRefusal } from './messages.ts';

export type CommitBatch = (holds: readonly Cell[], settles: readonly Cell[]) => BatchOutcome;

export function createCommitBatch(database: DatabaseSync, statements: LedgerStatements): CommitBatch {
  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');
  const hold = database.prepare(statements.hold.sql);
  const settle = database.prepare(statements.settle.sql);
  const keyState = database.prepare(statements.keyState.sql);
  const requestState = database.prepare(statements.requestState.sql);

  /** Runs one item; throws only when its failure ended the whole transaction. */
  function attempt<Refusal>(
    run: () => Refusal | undefined,
    refusal: (error: unknown) => Refusal,
  ): Refusal | undefined {
    try {
      return run();
    } catch (error) {
      if (!database.isTransaction) throw error;
      return refusal(error);
    }
  }

  function runHold(cells: readonly Cell[], index: number): HoldRefusal | undefined {
    return attempt<HoldRefusal>(
      () => {
        const start = index * holdCells.length;
        const item = cells.slice(start, start + holdCells.length);
        if (Number(hold.run(...item).changes) === 1) return undefined;
        return { index, ...whyNotHeld(keyState.get(item[keyIdAt] ?? null), item[startedAtAt]) };
      },
      (error) => ({ index, reason: isRefusal(error) ? 'refused' : 'failed', detail: messageOf(error) }),
    );
  }

  function runSettle(cells: readonly Cell[], index: number): SettleRefusal | undefined {
    return attempt<SettleRefusal>(
      () => {
        const start = index * settleCells.length;
        const item = cells.slice(start, start + settleCells.length);
        if (Number(settle.run(...item).changes) === 1) return undefined;
        // Closed before: the second settle of an id changes nothing, and that is as it should be.
        return requestState.get(item[idAt] ?? null) ? undefined : { index, reason: 'unknown-id' };
      },
      (error) => ({ index, reason: isRefusal(error) ? 'refused' : 'failed', detail: messageOf(error) }),
    );
  }

  return (holds, settles) => {
    const refusedHolds: HoldRefusal[] = [];
    const refusedSettles: SettleRefusal[] = [];
    try {
      begin.run();
      for (let index = 0; index * holdCells.length < holds.length; index++) {
        const refusal = runHold(holds, index);
        if (refusal) refusedHolds.push(refusal);
      }
      for (let index = 0; index * settleCells.length < settles.length; index++) {
        const refusal = runSettle(settles, index);
        if (refusal) refusedSettles.push(refusal);
      }
      commit.run();
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      return { failed: messageOf(error) };
    }
    return {
      ...(refusedHolds.length > 0 ? { holds: refusedHolds } : undefined),
      ...(refusedSettles.length > 0 ? { settles: refusedSettles } : undefined),
    };
  };
}

const keyIdAt = holdCells.indexOf('keyId');
const startedAtAt = holdCells.indexOf('startedAt');
const idAt = settleCells.indexOf('id');

function whyNotHeld(
  key: Record<string, unknown> | undefined,
  startedAt: Cell | undefined,
): Omit<HoldRefusal, 'index'> {
  if (!key) return { reason: 'key-unknown' };
  const preview = String(key.preview);
  if (key.status === 'revoked') return { reason: 'key-revoked', preview };
  if (key.status === 'disabled') return { reason: 'key-disabled', preview };
  const expiresAt = Number(key.expires_at);
  if (key.expires_at !== null && expiresAt <= Number(startedAt))
    return { reason: 'key-expired', preview, expiresAt };
  return { reason: 'failed', detail: 'the row was not inserted' };
}
