// One batch of settlements, checkpoints and holds as one transaction in three round trips: read and lock the rows, lock
// the counters, write and commit. What a request may do is decided by budgets/ on what is locked, as in SQLite.
import type { Client, QueryConfig } from 'pg';
import { type Books, secondOf, standingsOf } from '../../budgets/books.ts';
import { reservedFor } from '../../budgets/reserve.ts';
import type { Payers } from '../../core/limits.ts';
import type { HoldEntry } from '../../core/ports.ts';
import { type Cell, settleCells } from '../sql/ledger.ts';
import { entryWidth, holdRow, readEntry } from '../sql/to-cells.ts';
import type { Batch, BatchOutcome, HoldGrant, HoldRefusal, SettleRefusal } from '../sqlite/messages.ts';
import { whyNotHeld } from '../sqlite/why-not-held.ts';
import { closeAbandoned } from './abandoned.ts';
import { type Claims, takeClaims } from './claims.ts';
import { createClosings, lockRows, openRow } from './closings.ts';
import { commit, pipeline } from './connect.ts';
import { addNeeded, beginLedger, CountersMissing, lockCounters, type NeededCounters } from './counters.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { DeclaredDead, lockRun } from './nodes.ts';
import { insertHolds, updateCheckpoints } from './statements.ts';

/** Rejects with CountersMissing, DeclaredDead, CommitUnknown or the driver's errors; it is for the caller to roll back. */
export async function commitBatch(
  client: Client,
  batch: Batch,
  epoch: number,
  parts: LedgerParts,
): Promise<BatchOutcome> {
  const { windowOf, seconds } = parts;
  // They come alone.
  if (batch.abandoned) {
    await closeAbandoned(client, batch.abandoned, epoch, parts);
    return {};
  }
  const entries = [...slices(batch.holds, entryWidth)].map((cells) => readEntry(cells, 0));
  const settles = [...slices(batch.settles, settleCells.length)];
  const ids = settles.map((cells) => String(cells[idAt]));

  const answers = await pipeline(client, [
    beginLedger,
    lockRun(epoch),
    ...(entries.length > 0 ? [keysOf(entries)] : []),
    ...(ids.length > 0 ? [lockRows(ids)] : []),
  ]);
  const run = answers[1]?.rows[0];
  if (run?.stopped_at !== null) throw new DeclaredDead(epoch);
  const now = Number(run.now);
  const book = await parts.limits.refresh(client, run.limits);

  const found = ids.length > 0 ? (answers.at(-1)?.rows ?? []) : [];
  const claims = await takeClaims(client, entries, releasedBy(settles, found));
  const keys = entries.length > 0 ? (answers[2]?.rows ?? []) : [];
  const { admitted, refused } = admit(entries, keys, claims);
  const needed: NeededCounters = new Map();
  for (const { payers, entry } of admitted) addNeeded(needed, book, windowOf, payers, entry.startedAt);
  const ofHolds = [...needed.keys()];
  const rows = new Map(found.map((row) => [String(row.id), openRow(row, seconds)]));
  for (const row of rows.values()) {
    if (row) addNeeded(needed, book, windowOf, row.counted.payers, row.counted.startedAt);
  }
  const values = await lockCounters(client, needed);
  const missing = ofHolds.filter((name) => !values.has(name));
  if (missing.length > 0) throw new CountersMissing(missing.flatMap((name) => needed.get(name) ?? []));

  const closings = createClosings(parts, book, values);
  const unknown: SettleRefusal[] = [];
  for (const [index, id] of ids.entries()) {
    const row = rows.get(id);
    if (row) closings.settle(row, settles[index] ?? []);
    else if (!rows.has(id)) unknown.push({ index, reason: 'unknown-id' });
    // Closed before, or by an earlier settlement of this batch: the second changes nothing.
    rows.set(id, undefined);
  }
  const holds = takeHolds(closings.books(), admitted, now, epoch);
  const refusals = [...refused, ...holds.refused];
  const notHeld = new Set(refusals.flatMap(({ index }) => entries[index]?.id ?? []));
  await commit(
    client,
    [
      ...closings.writes(),
      ...(batch.checkpoints.length > 0 ? [updateCheckpoints(batch.checkpoints)] : []),
      ...(holds.rows.length > 0 ? [insertHolds(holds.rows)] : []),
      ...claims.release(notHeld),
    ],
    String(run.transaction),
  );
  for (const id of ids) seconds.delete(id);
  // Those of rows that others closed meanwhile are never asked for again.
  if (seconds.size > mostSeconds) seconds.clear();
  for (const id of holds.ids) seconds.set(id, secondOf(now));
  return {
    ...(refusals.length > 0 ? { holds: refusals } : undefined),
    ...(holds.grants.length > 0 ? { grants: holds.grants } : undefined),
    ...(unknown.length > 0 ? { settles: unknown } : undefined),
  };
}

const idAt = settleCells.indexOf('id');
const stateAt = settleCells.indexOf('state');
const mostSeconds = 100_000;

interface AdmittedHold {
  readonly index: number;
  readonly entry: HoldEntry;
  readonly payers: Payers;
}

function keysOf(entries: readonly HoldEntry[]): QueryConfig {
  return {
    name: 'tollgate_keys',
    text: `select api_keys.id, api_keys.status, preview, expires_at, project_id, organization_id
from api_keys join projects on projects.id = api_keys.project_id where api_keys.id = any($1::text[])`,
    values: [[...new Set(entries.map(({ keyId }) => keyId))]],
  };
}

/** The requests that these settlements say have reached no model, of those whose rows are held. */
function releasedBy(settles: readonly Cell[][], rows: readonly Record<string, unknown>[]): string[] {
  const released = new Set(
    settles.filter((cells) => cells[stateAt] === 'released').map((cells) => cells[idAt]),
  );
  return rows.flatMap(({ id, state }) => (state === 'held' && released.has(String(id)) ? [String(id)] : []));
}

/** Holds whose key's row allows them at this moment, and which have the idempotency keys they claim. */
function admit(entries: readonly HoldEntry[], keys: readonly Record<string, unknown>[], claims: Claims) {
  const byId = new Map(keys.map((key) => [String(key.id), key]));
  const admitted: AdmittedHold[] = [];
  const refused: HoldRefusal[] = [];
  for (const [index, entry] of entries.entries()) {
    const key = byId.get(entry.keyId);
    const expired = key && key.expires_at !== null && Number(key.expires_at) <= entry.startedAt;
    if (key?.status !== 'active' || expired) {
      refused.push({ index, ...whyNotHeld(key, entry.startedAt) });
      continue;
    }
    const holder = claims.holderOf(entry);
    if (holder) {
      refused.push({ index, reason: 'claimed', holder });
      continue;
    }
    const payers = {
      organization: String(key.organization_id),
      project: String(key.project_id),
      key: entry.keyId,
      end_user: entry.endUser,
      model: entry.model,
    };
    admitted.push({ index, entry, payers });
  }
  return { admitted, refused };
}

/** In the order they came: each takes its reservation before the next is looked at. */
function takeHolds(books: Books, holds: readonly AdmittedHold[], now: number, epoch: number) {
  const rows: Cell[] = [];
  const ids: string[] = [];
  const grants: HoldGrant[] = [];
  const refused: HoldRefusal[] = [];
  for (const { index, entry, payers } of holds) {
    const accounts = books.accounts(payers, entry.startedAt, now);
    let reserved = reservedFor(entry.worst, entry.worst.outputCap);
    if (accounts.length > 0) {
      const decision = books.decide(entry.worst, accounts, now);
      if (decision.refusal) {
        refused.push({ index, reason: 'limit', limit: decision.refusal });
        continue;
      }
      reserved = decision.reserved;
      books.take(accounts, reserved, now);
      grants.push({ index, outputCap: reserved.outputCap, standings: standingsOf(accounts, now) });
    }
    rows.push(...holdRow(entry, reserved, epoch));
    ids.push(entry.id);
  }
  return { rows, ids, grants, refused };
}

export function* slices(cells: readonly Cell[], width: number): Iterable<Cell[]> {
  for (let start = 0; start < cells.length; start += width) yield cells.slice(start, start + width);
}
