// What the ledger's writer sends its batches to: commits them on a connection of its own, again where that helps, and puts
// on this machine's disk what the database cannot take now. A settlement is either committed or in the spool when it is
// answered; a hold is committed or refused.
import type { Kysely } from 'kysely';
import type { Client } from 'pg';
import { type Cell, checkpointCells, settleCells } from '../sql/ledger.ts';
import type { Schema } from '../sql/schema.ts';
import { entryWidth, readEntry } from '../sql/to-cells.ts';
import type { Batch, BatchOutcome, HoldRefusal, SettleRefusal } from '../sqlite/messages.ts';
import { commitBatch, slices } from './batch.ts';
import { CommitUnknown } from './connect.ts';
import { CountersMissing, createCounters } from './counters.ts';
import { isConflict, isConnectionLoss, isTransient, messageOf } from './failure.ts';
import type { LedgerParts } from './ledger-parts.ts';
import type { Line } from './line.ts';
import { DeclaredDead } from './nodes.ts';
import type { Spool, SpoolRecord } from './spool.ts';
import { createTurns } from './turns.ts';

const mostAttempts = 20;

export type Chore = <T>(work: (client: Client) => Promise<T>) => Promise<T>;

export interface LedgerLinkParts extends LedgerParts {
  readonly db: Kysely<Schema>;
  /** Carries the batches and nothing else. */
  readonly line: Line;
  /** Runs work that may take its time, and may be done twice, on a connection apart. */
  readonly chore: Chore;
  readonly spool: Spool;
  readonly epoch: () => number;
  /** Takes a new epoch, since the present one is over. */
  readonly renew: () => Promise<void>;
  /** Told how many settlements went to the spool, and why. */
  readonly spooled: (settlements: number, reason: string) => void;
}

export interface LedgerLink {
  metersContent(): boolean;
  sendBatch(batch: Batch, done: (outcome: BatchOutcome) => void): void;
  /** Settlements out of the spool. Rejects when the database cannot take them now; nothing is put back into the spool. */
  settleAgain(settles: Cell[]): Promise<readonly SettleRefusal[]>;
  /** What became of a transaction whose commit nobody confirmed; `false` while it is under way. */
  isOver(transaction: string): Promise<boolean>;
  /** Why the spool cannot be written; `undefined` while it can. */
  failure(): string | undefined;
}

export function createLedgerLink(parts: LedgerLinkParts): LedgerLink {
  const { line, spool } = parts;
  const inTurn = createTurns();
  /** Holds that may be in the database, while the spool cannot be written. */
  let doubtful: SpoolRecord[] = [];
  let spoolFailure: string | undefined;

  /** Rejects when nothing, or nobody knows what, was committed. */
  async function commit(batch: Batch): Promise<BatchOutcome> {
    let reconnected = false;
    for (let attempt = 1; ; attempt++) {
      const client = await line.client();
      try {
        return await commitBatch(client, batch, parts.epoch(), parts);
      } catch (error) {
        await afterFailure(line, client, error);
        if (error instanceof CommitUnknown || attempt === mostAttempts) throw error;
        if (error instanceof CountersMissing) await makeCounters(error);
        else if (error instanceof DeclaredDead) await parts.renew();
        else if (isConnectionLoss(error) && !reconnected) {
          // Idle while the server restarted, it is found dead only now. Nothing was sent that could be committed.
          reconnected = true;
        } else if (!isConflict(error)) throw error;
      }
    }
  }

  function makeCounters({ needed }: CountersMissing): Promise<void> {
    return parts.chore((client) => createCounters(client, parts.db, needed));
  }

  /** Never rejects. A batch that one row spoils is taken apart, so that the others are not refused with it. */
  async function commitOrKeep(batch: Batch): Promise<BatchOutcome> {
    try {
      return await commit(batch);
    } catch (error) {
      // Whoever handed them in comes again.
      if (batch.abandoned) return { failed: messageOf(error) };
      const mayHelp = error instanceof CommitUnknown || isTransient(error);
      if (mayHelp) return keep(batch, error);
      const single = singleOf(batch);
      return single ? refusalOf(single, error) : merged(batch, commitOrKeep);
    }
  }

  function keep(batch: Batch, error: unknown): BatchOutcome {
    const reason = messageOf(error);
    const settles = [...slices(batch.settles, settleCells.length)].map((cells) => ({
      settle: namedCells(cells),
    }));
    const transaction = error instanceof CommitUnknown ? error.transaction : undefined;
    if (transaction !== undefined) doubtful.push(...releasesOf(batch, transaction));
    const records = [...doubtful, ...settles];
    try {
      if (records.length > 0) spool.append(records);
      doubtful = [];
      spoolFailure = undefined;
      if (settles.length > 0) parts.spooled(settles.length, reason);
    } catch (cause) {
      spoolFailure = `settlements cannot be kept in the data folder: ${messageOf(cause)}`;
      // The writer keeps them and comes again.
      if (settles.length > 0) return { failed: `${reason}; ${spoolFailure}` };
    }
    const refused = holdsOf(batch);
    // Nobody is refused anything: that the database is away has to be said.
    if (refused.length === 0 && settles.length === 0) return { failed: reason };
    return { holds: refused.map((_, index) => ({ index, reason: 'failed', detail: reason })) };
  }

  return {
    metersContent: () => parts.limits.book.metersContent,
    sendBatch(batch, done) {
      void inTurn(async () => done(await commitOrKeep(batch)));
    },
    settleAgain: (settles) =>
      inTurn(async () => {
        const again = async (batch: Batch): Promise<BatchOutcome> => {
          try {
            return await commit(batch);
          } catch (error) {
            if (error instanceof CommitUnknown || isTransient(error)) throw error;
            const single = singleOf(batch);
            return single ? refusalOf(single, error) : merged(batch, again);
          }
        };
        return (await again({ holds: [], settles, checkpoints: [], now: 0 })).settles ?? [];
      }),
    isOver: (transaction) =>
      inTurn(async () => {
        const client = await line.client();
        try {
          const { rows } = await client.query('select pg_xact_status($1::xid8) as status', [transaction]);
          return rows[0]?.status !== 'in progress';
        } catch (error) {
          if (isConnectionLoss(error)) {
            line.drop(client);
            throw error;
          }
          // Another server took over that has not come so far, or has forgotten: it is not under way there.
          return true;
        }
      }),
    failure: () => spoolFailure,
  };
}

async function afterFailure(line: Line, client: Client, error: unknown): Promise<void> {
  const lost =
    error instanceof CommitUnknown ||
    (isConnectionLoss(error) && !(error instanceof CountersMissing) && !(error instanceof DeclaredDead));
  if (lost) line.drop(client);
  else await client.query('rollback').catch(() => line.drop(client));
}

/** By name, so that another version of this program reads it too. */
function namedCells(cells: readonly Cell[]): Record<string, Cell> {
  return Object.fromEntries(settleCells.map((name, index) => [name, cells[index] ?? null]));
}

/** Settlements that release the holds of a batch, for the rows that the transaction may have made. */
function releasesOf(batch: Batch, transaction: string): SpoolRecord[] {
  return holdsOf(batch).map((cells) => {
    const { id, provider, upstreamModel } = readEntry(cells, 0);
    const nothing = { cost: 0n, uncharged: 0n, partial: 0 };
    const settle = {
      id,
      provider,
      upstreamModel,
      state: 'released',
      ...nothing,
      error: 'ledger_unavailable',
    };
    return { transaction, settle };
  });
}

function holdsOf(batch: Batch): Cell[][] {
  return [...slices(batch.holds, entryWidth)];
}

type Single = 'hold' | 'settle' | 'checkpoint';

function singleOf({ holds, settles, checkpoints }: Batch): Single | undefined {
  const counts = [
    holds.length / entryWidth,
    settles.length / settleCells.length,
    checkpoints.length / checkpointCells.length,
  ];
  if (counts.reduce((sum, count) => sum + count, 0) > 1) return undefined;
  return counts[0] === 1 ? 'hold' : counts[1] === 1 ? 'settle' : 'checkpoint';
}

function refusalOf(single: Single, error: unknown): BatchOutcome {
  const refusal = { index: 0, reason: 'refused', detail: messageOf(error) } as const;
  if (single === 'hold') return { holds: [refusal] };
  return single === 'settle' ? { settles: [refusal] } : {};
}

/** The outcome of a batch whose rows are committed one by one, settlements first. */
async function merged(batch: Batch, run: (batch: Batch) => Promise<BatchOutcome>): Promise<BatchOutcome> {
  const { now } = batch;
  const settles: SettleRefusal[] = [];
  const holds: HoldRefusal[] = [];
  const grants: NonNullable<BatchOutcome['grants']>[number][] = [];
  for (const [index, cells] of [...slices(batch.settles, settleCells.length)].entries()) {
    const outcome = await run({ holds: [], settles: cells, checkpoints: [], now });
    if (outcome.failed !== undefined) settles.push({ index, reason: 'failed', detail: outcome.failed });
    for (const refusal of outcome.settles ?? []) settles.push({ ...refusal, index });
  }
  for (const cells of slices(batch.checkpoints, checkpointCells.length)) {
    await run({ holds: [], settles: [], checkpoints: cells, now });
  }
  for (const [index, cells] of holdsOf(batch).entries()) {
    const outcome = await run({ holds: cells, settles: [], checkpoints: [], now });
    for (const refusal of outcome.holds ?? []) holds.push({ ...refusal, index });
    for (const grant of outcome.grants ?? []) grants.push({ ...grant, index });
  }
  return { holds, settles, grants };
}
