// One batch of settlements, checkpoints and holds in one transaction. Settlements come first: what they give back is there
// for the holds. A row that the database refuses leaves the others: it is one statement, which SQLite undoes by itself. Any
// other failure undoes the whole batch, so that no counter ever differs from its rows.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type CountedRow, secondOf, standingsOf } from '../../budgets/books.ts';
import { chargeFor } from '../../budgets/charge.ts';
import type { IdempotencyClaim } from '../../core/idempotency.ts';
import type { HoldEntry } from '../../core/ports.ts';
import { type Cell, checkpointCells, settleCells } from '../sql/ledger.ts';
import { claimRow, entryWidth, holdRow, readEntry } from '../sql/to-cells.ts';
import { createHourSums, type HourSums } from '../sql/usage-hours.ts';
import { createCounters } from './counters.ts';
import { isRefusal, messageOf } from './failure.ts';
import type {
  Batch,
  BatchOutcome,
  HoldGrant,
  HoldRefusal,
  SettleRefusal,
  StoreStatements,
} from './messages.ts';
import { countedRow, createOpenRows } from './open-rows.ts';
import { whyNotHeld } from './why-not-held.ts';

export interface LedgerBatches {
  commit(batch: Batch): BatchOutcome;
  /** Closes what runs before this epoch left held, at their last checkpoints. Inside the caller's transaction. */
  recover(epoch: number): number;
  /** Whether limits of cost or tokens are in force now. */
  metersContent(): boolean;
}

type RowRefusal = Pick<SettleRefusal, 'detail'> & { readonly reason: 'refused' | 'failed' };

export function createLedgerBatches(
  database: DatabaseSync,
  statements: StoreStatements,
  epoch: () => number,
  flush: () => void,
): LedgerBatches {
  const begin = database.prepare('begin immediate');
  const commitTransaction = database.prepare('commit');
  const hold = database.prepare(statements.hold.sql);
  const settle = database.prepare(statements.settle.sql);
  const checkpoint = database.prepare(statements.checkpoint.sql);
  const recoverRow = database.prepare(statements.recover.sql);
  const heldRow = database.prepare(statements.heldRow.sql);
  heldRow.setReadBigInts(true);
  const keyState = database.prepare(statements.keyState.sql);
  const requestState = database.prepare(statements.requestState.sql);
  const additions = {
    addToHour: database.prepare(statements.addToHour.sql),
    addToDay: database.prepare(statements.addToDay.sql),
    addErrors: database.prepare(statements.addErrors.sql),
    addDayErrors: database.prepare(statements.addDayErrors.sql),
  };
  const rewriteVersion = database.prepare(`pragma user_version = ${versionOf(database)}`);
  const claimHolder = database.prepare(statements.claimHolder.sql);
  const claim = database.prepare(statements.claim.sql);
  const counters = createCounters(database, statements);
  const openRows = createOpenRows(database, statements);
  let books = counters.refresh();
  let told = counters.metersContent;

  /** Changes of one row, or why the database refused them; throws when the failure ended the transaction. */
  function runRow(statement: StatementSync, cells: readonly Cell[]): number | RowRefusal {
    try {
      return Number(statement.run(...cells).changes);
    } catch (error) {
      if (!database.isTransaction) throw error;
      return { reason: isRefusal(error) ? 'refused' : 'failed', detail: messageOf(error) };
    }
  }

  function runHold(
    entry: HoldEntry,
    index: number,
    now: number,
    grants: HoldGrant[],
    held: string[],
  ): HoldRefusal | undefined {
    const claimed = entry.claim && whoHas(entry, entry.claim, index);
    if (claimed) return claimed;
    const payers = payersOf(entry);
    const accounts = books.accounts(payers, entry.startedAt, now);
    const decision = books.decide(entry.worst, accounts, now);
    if (decision.refusal) return { index, reason: 'limit', limit: decision.refusal };
    const { reserved } = decision;
    const changes = runRow(hold, holdRow(entry, reserved, epoch()));
    if (typeof changes !== 'number') return { index, ...changes };
    if (changes !== 1) return { index, ...whyNotHeld(keyState.get(entry.keyId), entry.startedAt) };
    // Should it fail, the whole batch is undone: a hold without its claim would let another one in.
    if (entry.claim) claim.run(...claimRow(entry, entry.claim));
    books.take(accounts, reserved, now);
    const row: CountedRow = {
      payers,
      startedAt: entry.startedAt,
      cost: reserved.cost,
      tokens: reserved.tokens,
      second: secondOf(now),
      accounts,
    };
    openRows.remember(entry.id, row);
    held.push(entry.id);
    if (accounts.length > 0) {
      grants.push({ index, outputCap: reserved.outputCap, standings: standingsOf(accounts, now) });
    }
    return undefined;
  }

  /** Why the key of this entry cannot be claimed; a key that is not in force learns nothing of what it once asked. */
  function whoHas(entry: HoldEntry, { keyHash }: IdempotencyClaim, index: number): HoldRefusal | undefined {
    const holder = claimHolder.get(entry.keyId, keyHash, entry.startedAt);
    if (!holder) return undefined;
    const refusal = whyNotHeld(keyState.get(entry.keyId), entry.startedAt);
    if (refusal.reason !== 'failed') return { index, ...refusal };
    const [requestId, bodyHash] = [String(holder.request_id), String(holder.body_hash)];
    return { index, reason: 'claimed', holder: { requestId, bodyHash } };
  }

  function runSettle(
    cells: Cell[],
    index: number,
    hours: HourSums,
    closed: string[],
  ): SettleRefusal | undefined {
    const id = cells[at.id] as string;
    const row = openRows.find(id);
    if (!row) {
      // Closed before: the second settle of an id changes nothing, and that is as it should be.
      return requestState.get(id) ? undefined : { index, reason: 'unknown-id' };
    }
    const [input, output] = [count(cells[at.input]), count(cells[at.output])];
    const used = { cost: cells[at.cost] as bigint, tokens: input + output };
    const charge = chargeFor(row, used, cells[at.state] === 'settled');
    cells[at.cost] = charge.cost;
    cells[at.uncharged] = charge.uncharged;
    const changes = runRow(settle, cells);
    if (typeof changes !== 'number') return { index, ...changes };
    if (changes !== 1) return undefined;
    closed.push(id);
    books.settle(row, charge);
    hours.add({
      keyId: row.payers.key,
      model: row.payers.model,
      projectId: row.payers.project,
      provider: cells[at.provider] as string,
      startedAt: row.startedAt,
      settled: charge.requests === 1,
      error: (cells[at.error] as string | null) ?? undefined,
      partial: cells[at.partial] === 1,
      input,
      output,
      cachedInput: count(cells[at.cachedInput]),
      cacheWrite: count(cells[at.cacheWrite]),
      reasoning: count(cells[at.reasoning]),
      chargedTokens: charge.tokens,
      cost: charge.cost,
      durationMs: (cells[at.durationMs] as number | null) ?? undefined,
      firstTokenMs: (cells[at.firstTokenMs] as number | null) ?? undefined,
    });
    return undefined;
  }

  /** Best effort: the next one, or the settlement, says more. */
  function runCheckpoint(cells: Cell[]): void {
    const row = openRows.find(cells[checkpointAt.id] as string);
    if (!row) return;
    const cost = cells[checkpointAt.cost] as bigint;
    const charge = chargeFor(row, { cost, tokens: 0 }, true);
    cells[checkpointAt.cost] = charge.cost;
    cells[checkpointAt.uncharged] = charge.uncharged;
    runRow(checkpoint, cells);
  }

  /** `row`: what `heldRows` selects, of a row that is held; `held`: the same for the counters. */
  function closeAtCheckpoint(row: Record<string, unknown>, held: CountedRow, hours: HourSums): void {
    const tokens = count(row.input_tokens) + count(row.output_tokens);
    const charge = chargeFor(held, { cost: (row.cost_nanousd as bigint | null) ?? 0n, tokens }, true);
    recoverRow.run(row.id as string);
    books.settle(held, charge);
    hours.add({
      keyId: held.payers.key,
      model: held.payers.model,
      projectId: held.payers.project,
      provider: row.provider as string,
      startedAt: held.startedAt,
      settled: true,
      error: undefined,
      partial: false,
      input: count(row.input_tokens),
      output: count(row.output_tokens),
      cachedInput: count(row.cached_input_tokens),
      cacheWrite: count(row.cache_write_tokens),
      reasoning: count(row.reasoning_tokens),
      chargedTokens: charge.tokens,
      cost: charge.cost,
    });
  }

  /** Its process is gone. Closed already is as well. */
  function closeAbandoned(id: string, hours: HourSums, closed: string[]): void {
    const row = heldRow.get(id);
    if (!row) return;
    closeAtCheckpoint(row, openRows.find(id) ?? countedRow(row), hours);
    closed.push(id);
  }

  function addHours(hours: HourSums): void {
    for (const { to, cells } of hours.additions()) additions[to].run(...cells);
  }

  return {
    commit(batch) {
      const holds: HoldRefusal[] = [];
      const settles: SettleRefusal[] = [];
      const grants: HoldGrant[] = [];
      const held: string[] = [];
      const closed: string[] = [];
      const hours = createHourSums();
      try {
        begin.run();
        books = counters.refresh();
        for (const [index, cells] of slices(batch.settles, settleCells.length)) {
          const refusal = runSettle(cells, index, hours, closed);
          if (refusal) settles.push(refusal);
        }
        for (const id of batch.abandoned ?? []) closeAbandoned(id, hours, closed);
        addHours(hours);
        for (const [, cells] of slices(batch.checkpoints, checkpointCells.length)) {
          runCheckpoint(cells);
        }
        for (let index = 0; index * entryWidth < batch.holds.length; index++) {
          const entry = readEntry(batch.holds, index * entryWidth);
          const refusal = runHold(entry, index, batch.now, grants, held);
          if (refusal) holds.push(refusal);
        }
        counters.save();
        // Whoever hands in nothing wants to know whether the disk takes a transaction, which only a page that is written tells.
        if (isEmpty(batch)) rewriteVersion.run();
        commitTransaction.run();
      } catch (error) {
        if (database.isTransaction) database.exec('rollback');
        books.forget();
        for (const id of held) openRows.forget(id);
        return { failed: messageOf(error) };
      }
      books.saved();
      for (const id of closed) openRows.forget(id);
      try {
        flush();
      } catch (error) {
        // Committed, but for how long nobody knows.
        return { failed: messageOf(error), doubtful: true };
      }
      const changed = counters.metersContent !== told;
      told = counters.metersContent;
      return {
        ...(holds.length > 0 ? { holds } : undefined),
        ...(grants.length > 0 ? { grants } : undefined),
        ...(settles.length > 0 ? { settles } : undefined),
        ...(changed ? { metersContent: told } : undefined),
      };
    },

    recover(before) {
      const heldBefore = database.prepare(statements.heldBefore.sql);
      heldBefore.setReadBigInts(true);
      books = counters.refresh();
      const hours = createHourSums();
      const rows = heldBefore.all(before);
      for (const row of rows) closeAtCheckpoint(row, countedRow(row), hours);
      addHours(hours);
      counters.save();
      books.saved();
      return rows.length;
    },

    metersContent: () => {
      counters.refresh();
      told = counters.metersContent;
      return told;
    },
  };
}

const at = positions(settleCells);
const checkpointAt = positions(checkpointCells);

function isEmpty({ holds, settles, checkpoints, abandoned }: Batch): boolean {
  return holds.length === 0 && settles.length === 0 && checkpoints.length === 0 && !abandoned;
}

/** A number in the header of the file that SQLite leaves to the application; this one does not use it. */
function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.user_version ?? 0);
}

function positions<Name extends string>(names: readonly Name[]): { readonly [name in Name]: number } {
  return Object.fromEntries(names.map((name, index) => [name, index])) as { [name in Name]: number };
}

function count(cell: unknown): number {
  return cell === null || cell === undefined ? 0 : Number(cell);
}

function payersOf(entry: HoldEntry) {
  return {
    organization: entry.organizationId,
    project: entry.projectId,
    key: entry.keyId,
    end_user: entry.endUser,
    model: entry.model,
  };
}

function* slices(cells: readonly Cell[], width: number): Iterable<[number, Cell[]]> {
  for (let index = 0; index * width < cells.length; index++) {
    yield [index, cells.slice(index * width, (index + 1) * width)];
  }
}
